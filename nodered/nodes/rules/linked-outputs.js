'use strict';
/** Rule: which links (pages say rules) does a trigger concern, and is there something against all of them? */

const { armingDevice } = require('./arming');
const { findCamera, nameOf } = require('./cameras');
const { lasting } = require('./moments');
const { listed, shorten } = require('./reasons');

/** Older ones than this act on nothing: nobody wants a siren for what was an hour ago. */
const TIMELY_MS = 120_000;

/**
 * → the fields of a `trigger/verdict` on a trigger (see triggers.js), before modes and schedules of links were asked. `known`
 * holds the last `links`, `devices`, `schedules` and `cameras`; without the last a camera goes by its id, and is no way in.
 */
function draftOf(trigger, known, now) {
    const device = known.devices.devices.find(({ id }) => id === trigger.device_id);
    const name = named(trigger, device, known);
    const { source, trigger_id, device_id, camera_id, moment, triggered_at } = trigger;
    const thing = what(trigger, name, device);
    const links = listening(trigger, device, thing, known.links);
    const isOver = moment === 'quiet' && links.length === 0;
    const against = isOver ? ['it is quiet: nothing acts on that'] : hindrances(trigger, device, name, known, now);
    const wants = against.length === 0 && links.length > 0;
    return {
        source, trigger_id, device_id, camera_id, moment, triggered_at, said: shorten(said(trigger, name)), wants,
        entry: isEntry(trigger, device, known),
        reasons: listed(isOver ? against : [...against, counted(links.length, thing)]),
        links: links.map((link) => (wants ? link : { ...link, act: false, reasons: listed([...against, ...link.reasons]) })),
    };
}

/** Whether somebody may have come in there. That it stays open is nobody coming. */
function isEntry({ kind, moment, camera_id }, device, { cameras }) {
    const where = kind === 'camera' ? findCamera(cameras, camera_id) : device;
    return moment === 'trigger' && Boolean(where?.entry);
}

function named({ kind, device_id, camera_id }, device, { cameras }) {
    if (kind === 'panic') {
        return 'the panic button';
    }
    return kind === 'device' ? nameOf(device, device_id ?? 'a device') : nameOf(findCamera(cameras, camera_id), camera_id ?? 'a camera');
}

/** The trigger in words: `Garage PIR: motion`, `Front Door: person in Steps`. */
function said({ kind, label, zones, detail, moment }, name) {
    const arrived = kind === 'camera' ? `${label ?? 'something'}${zones.length ? ` in ${zones.join(', ')}` : ''}` : null;
    const words = arrived ?? (detail || null) ?? (moment === 'escalation' ? 'it stays active' : moment === 'quiet' ? 'quiet' : 'triggered');
    return `${kind === 'panic' ? 'Panic' : name}: ${words}`;
}

/** What a rule listens to: `Garage PIR`, `the escalation of Garage PIR`, `person at Front Door`, `moving at Front Door`. */
function what({ kind, label, detail, moment }, name, device) {
    if (kind === 'camera') {
        return `${label ?? 'something'} at ${name}`;
    }
    if (kind === 'plate' || kind === 'camera_event') {
        return `${detail || 'something'} at ${name}`;
    }
    if (moment === 'quiet') {
        return `${name} as the last of ${device?.group ?? 'its group'}`;
    }
    return moment === 'escalation' ? `the escalation of ${name}` : name;
}

const counted = (count, thing) => `${count === 0 ? 'no rule listens' : count === 1 ? '1 rule listens' : `${count} rules listen`} to ${thing}`;

/** Why no link can act, whatever it is. */
function hindrances({ triggered_at }, device, name, known, now) {
    const began = Date.parse(triggered_at);
    const { reasons } = armingDevice(device, known, now, began);
    return [
        ...(now - began > TIMELY_MS ? [`it is ${lasting(now - began)} old: rules act on the last ${TIMELY_MS / 1000} s`] : []),
        ...(device?.enabled === false ? [`${name} is switched off here`] : []),
        ...reasons.map((one) => `${name} is ${one}`),
    ];
}

/** The links with an input that this is, as `LinkVerdict`s. One that is switched off is among them, and does not act. */
function listening(trigger, device, thing, { links }) {
    return links.map((link) => ({ link, places: placesOf(link, trigger, device) }))
        .filter(({ places }) => places.length > 0)
        .map(({ link: { id, name, enabled, within_s, actions }, places }) => ({
            link_id: id, name, act: enabled, reasons: listed([enabled ? `it listens to ${thing}` : 'it is switched off']), places, within_s, actions,
        }));
}

const placesOf = ({ inputs }, trigger, device) => inputs.flatMap((input, place) => (isInput(input, trigger, device) ? [place] : []));

/** Of what the first and the last of a group are. */
const TURNS = { first: 'trigger', last: 'quiet' };

function isMoment({ kind, moment }, trigger) {
    const turn = Object.hasOwn(TURNS, moment) ? TURNS[moment] : null;
    return turn === null ? moment === trigger.moment : kind === 'group' && turn === trigger.moment && moment === trigger.of_group;
}

/** A null `id`, `labels`, `zones` or `details` is any; so are null `standings` with null `plates`. */
function isInput(input, trigger, device) {
    if (!isMoment(input, trigger)) {
        return false;
    }
    const group = device?.group ?? null;
    switch (input.kind) {
        case 'device': return trigger.kind === 'device' && isAny(input.id, trigger.device_id);
        case 'group': return trigger.kind === 'device' && group !== null && isAny(input.id, group);
        case 'camera': return trigger.kind === 'camera' && isAny(input.id, trigger.camera_id) && isWanted(input, trigger);
        case 'plate': return trigger.kind === 'plate' && isAny(input.id, trigger.camera_id) && isPlate(input, trigger);
        case 'camera_event': return trigger.kind === 'camera_event' && isAny(input.id, trigger.camera_id) && isAmong(input.details, trigger.detail);
        default: return input.kind === trigger.kind;
    }
}

const isAny = (wanted, own) => wanted === null || wanted === own;
const isAmong = (wanted, own) => wanted === null || wanted.includes(own);
const isPlate = ({ standings, plates }, { standing, plate_id: id }) => (
    (standings === null && plates === null) || Boolean(standings?.includes(standing) || plates?.includes(id)));
const isWanted = ({ labels, zones }, trigger) => (
    isAmong(labels, trigger.label) && (zones === null || zones.some((zone) => trigger.zones.includes(zone))));

module.exports = { draftOf, TIMELY_MS };
