'use strict';
/** Rule: which of the links that a trigger concerns act, by their modes and schedules, and on which of their outputs? */

const { arming, armingDevice, entryDelay } = require('./arming');
const { nameOf } = require('./cameras');
const { isSwitched } = require('./outputs');
const { listed, waiting } = require('./reasons');

/**
 * → the fields of a `trigger/verdict` whose links were asked. What the draft already refuses stays refused. `known` holds the
 * last `links`, `devices`, `schedules` and `mode`.
 */
function judge(draft, known, now) {
    if (!draft.wants) {
        return { ...draft, links: draft.links.map((link) => ({ ...link, act: false })) };
    }
    const links = draft.links.map((link) => (link.act ? judgeLink(link, draft, known, now) : link));
    const wants = links.some(({ act }) => act);
    const refusals = wants ? [] : links.map(({ name, reasons }) => `${name}: ${reasons[0]}`);
    return { ...draft, wants, links, reasons: listed([...refusals, ...draft.reasons]) };
}

function judgeLink(link, { triggered_at, entry }, known, now) {
    const began = Date.parse(triggered_at);
    const config = known.links.links.find(({ id }) => id === link.link_id);
    if (!config) {
        return { ...link, act: false, reasons: listed(['it is not there any more', ...link.reasons]) };
    }
    const { armed, reasons } = arming(config, known, now, began);
    const { actions, refusals } = armed ? possible(link.actions, began, known, now) : { actions: link.actions, refusals: [] };
    const act = armed && actions.length > 0;
    const waits = act && entry ? entryDelay(config.modes, known.mode) : null;
    const said = act ? [...waiting(waits), ...reasons, ...refusals] : [...refusals, ...reasons];
    return { ...link, act, entry_s: waits, actions, reasons: listed([...said, ...link.reasons]) };
}

/** → { actions, refusals }: those that can be done, a group's output by output, and why the others cannot. */
function possible(actions, began, known, now) {
    const asked = actions.flatMap((action) => outputByOutput(action, known.devices))
        .map(({ action, refusal }) => ({ action, refusal: refusal ?? refusalOf(action, began, known, now) }));
    return {
        actions: asked.filter(({ refusal }) => refusal === null).map(({ action }) => action),
        refusals: asked.map(({ refusal }) => refusal).filter((one) => one !== null),
    };
}

function outputByOutput(action, { devices }) {
    if (action.kind !== 'switch_group') {
        return [{ action, refusal: null }];
    }
    const members = devices.filter((one) => isSwitched(one) && one.group !== null && one.group === action.id);
    const switched = members.map(({ id }) => ({ action: { ...action, kind: 'switch', id }, refusal: null }));
    return switched.length ? switched : [{ action, refusal: action.id === null ? 'no group is chosen' : `no output is in the group ${action.id}` }];
}

/** Why an output is left alone, or null. Nothing keeps one from being switched off. */
function refusalOf({ kind, id, on }, began, known, now) {
    const needsOutput = kind === 'say' || (kind === 'switch' && on !== false);
    if (!needsOutput) {
        return null;
    }
    if (id === null) {
        return 'no output is chosen';
    }
    const device = known.devices.devices.find((one) => one.id === id);
    const name = nameOf(device, id);
    if (!device?.is_output) {
        return `${name} ${device ? 'is no output' : 'is not known'}`;
    }
    const { armed, reasons } = armingDevice(device, known, now, began);
    return device.enabled ? (armed ? null : `${name} is ${reasons[0]}`) : `${name} is switched off here`;
}

module.exports = { judge };
