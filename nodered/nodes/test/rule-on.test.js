'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { check } = require('../rules/contracts');
const { TIMELY_MS } = require('../rules/linked-outputs');
const { ruleOn, TO_ACT } = require('../rules/rule-on');
const { triggerOf } = require('../rules/triggers');
const { activeAt } = require('../rules/windows');
const { dice } = require('./dice');
const { example } = require('./examples');
const { NOW, NIGHTS, PLATE, action, arrival, device, event, house, input, output, rule } = require('./house');

const MINUTE = 60_000;
const KINDS = ['device_active', 'device_active', 'device_escalated', 'device_quiet', 'panic'];
const AT_CAMERA = ['motion', 'light', 'plate', 'plate_unknown'];
const STANDINGS = ['unknown', 'known', 'allow', 'deny'];
const MODES = ['disarmed', 'home', 'away', 'night'];
const GROUPS = [null, 'Ground floor', 'Yard'];

test('nothing is ruled before all that is needed was heard', () => {
    const trigger = triggerOf(event());
    assert.deepEqual(TO_ACT.map((key) => ruleOn(trigger, { ...house([rule()]), [key]: null }, NOW)), [null, null, null, null]);
    assert.equal(ruleOn(trigger, { ...house([rule()]), cameras: null }, NOW).wants, true);
});

const one = (roll, some) => some[roll(some.length)];
const some = (roll, all) => all.filter(() => roll(2));

function anyInput(roll) {
    const kind = one(roll, ['device', 'device', 'group', 'group', 'camera', 'plate', 'camera_event', 'panic']);
    const places = { device: [null, 'pir', 'siren'], group: GROUPS, panic: [null] };
    return input({
        kind, id: one(roll, places[kind] ?? [null, 'front-door', 'garden']), moment: one(roll, ['trigger', 'trigger', 'escalation', 'first', 'last']),
        labels: one(roll, [null, ['person'], ['car']]), zones: one(roll, [null, ['Steps'], []]), details: one(roll, [null, ['moving'], ['still', 'dark']]),
        standings: roll(2) ? null : some(roll, STANDINGS), plates: one(roll, [null, [PLATE], [NIGHTS]]),
    });
}

function anyRule(roll, number) {
    const inputs = Array.from({ length: 1 + roll(3) }, () => anyInput(roll));
    const kinds = ['switch', 'switch_group', 'say', 'alert', 'mode'];
    const actions = Array.from({ length: 1 + roll(3) }, () => action({ kind: one(roll, kinds), id: one(roll, ['siren', 'lamp', 'lamp', 'Yard', 'gone', null]), on: roll(3) > 0 }));
    return rule({ inputs, actions, enabled: roll(5) > 0, modes: roll(2) ? some(roll, MODES) : null, schedule_id: roll(3) ? null : NIGHTS }, number);
}

function anyHouse(roll) {
    const links = Array.from({ length: roll(6) }, (_, number) => anyRule(roll, number));
    const own = { enabled: roll(4) > 0, group: one(roll, GROUPS), schedule_id: roll(4) ? null : NIGHTS };
    const devices = [device('pir', 'Garage PIR', own), output('siren', 'Siren', { ...own, enabled: roll(4) > 0 })];
    return house(links, { modeId: one(roll, MODES), devices });
}

function anyTrigger(roll, now) {
    const happened = new Date(now - roll(2 * TIMELY_MS) + TIMELY_MS / 2).toISOString();
    if (roll(3) === 0) {
        return triggerOf(arrival({ camera_id: one(roll, ['front-door', 'garden', 'shed']), zones: some(roll, ['Steps', 'Street']), arrived_at: happened }));
    }
    if (roll(3) === 0) {
        const what = { camera_id: one(roll, ['front-door', 'garden', 'shed']), detail: one(roll, ['moving', 'dark', 'x']), plate_id: one(roll, [PLATE, NIGHTS]), standing: one(roll, STANDINGS) };
        return triggerOf(event({ kind: one(roll, AT_CAMERA), device_id: null, happened_at: happened, ...what }));
    }
    const kind = one(roll, KINDS);
    const who = kind === 'panic' ? null : one(roll, ['pir', 'pir', 'siren', 'unknown-one']);
    return triggerOf(event({ kind, device_id: who, of_group: one(roll, [null, 'first', 'last']), happened_at: happened }));
}

test('whatever the house and the trigger, there is one verdict that keeps its contract, and no rule acts that may not', () => {
    const roll = dice(20261121);
    const seen = { acted: 0, refused: 0 };
    for (let round = 0; round < 5000; round += 1) {
        const now = Date.parse('2026-01-01T00:00Z') + roll(365 * 24 * 60) * MINUTE;
        const known = anyHouse(roll);
        const trigger = anyTrigger(roll, now);
        const verdict = ruleOn(trigger, known, now);
        const words = JSON.stringify({ round, trigger, verdict });
        const { v, id, at, src } = example('trigger-verdict');
        check('trigger-verdict', { v, id, at, src, ...verdict });
        assert.deepEqual([verdict.source, verdict.trigger_id, verdict.moment], [trigger.source, trigger.trigger_id, trigger.moment], words);
        assert.equal(verdict.wants, verdict.links.some(({ act }) => act), words);
        const isOld = now - Date.parse(trigger.triggered_at) > TIMELY_MS;
        const isOff = known.devices.devices.some((found) => found.id === trigger.device_id && !found.enabled);
        assert.ok(!(verdict.wants && (isOld || isOff)), words);
        verdict.links.filter(({ act }) => act).forEach((link) => mayAct(link, known, trigger, now, words));
        seen[verdict.wants ? 'acted' : 'refused'] += 1;
    }
    assert.ok(seen.acted > 100 && seen.refused > 100, JSON.stringify(seen));
});

/** By the rule's own words, asked anew: its mode, its schedule, its outputs. */
function mayAct(link, known, trigger, now, words) {
    const config = known.links.links.find(({ id }) => id === link.link_id);
    assert.ok(link.places.length > 0 && link.places.every((place) => mayTrigger(config.inputs[place], trigger)), words);
    const isActive = (id) => [now, Math.min(now, Date.parse(trigger.triggered_at))].some((moment) => (
        activeAt(known.schedules.schedules.find((schedule) => schedule.id === id), known.schedules, moment).active));
    assert.ok(config.enabled && (config.modes === null || config.modes.includes(known.mode.mode_id)), words);
    assert.ok(config.schedule_id === null || isActive(config.schedule_id), words);
    assert.ok(link.actions.length > 0 && link.actions.every(({ kind }) => kind !== 'switch_group'), words);
    for (const { id } of link.actions.filter(({ kind, on }) => kind === 'say' || (kind === 'switch' && on))) {
        const found = known.devices.devices.find((wanted) => wanted.id === id);
        assert.ok(found.is_output && found.enabled && (found.schedule_id === null || isActive(found.schedule_id)), words);
    }
}

/** What none of them may do: a quiet but by the last of a group, a plate but one that is meant, a report but one that is. */
function mayTrigger({ kind, moment, details, standings, plates }, trigger) {
    const isMeant = [standings?.includes(trigger.standing), plates?.includes(trigger.plate_id), standings === null && plates === null].some(Boolean);
    const isTold = details === null || details.includes(trigger.detail);
    const isTurn = kind === 'group' && moment === trigger.of_group;
    return (trigger.moment !== 'quiet' || (isTurn && moment === 'last')) && (moment !== 'first' || isTurn)
        && (kind === 'plate') === (trigger.kind === 'plate') && (kind !== 'plate' || isMeant)
        && (kind === 'camera_event') === (trigger.kind === 'camera_event') && (kind !== 'camera_event' || isTold);
}

test('on both nights when clocks jump, a rule of 22:00 to 06:00 acts in each minute between, and in no other', () => {
    const schedules = example('config-schedules');
    schedules.schedules[0] = { ...schedules.schedules[0], windows: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '06:00' }], exceptions: [] };
    const known = house([rule({ schedule_id: NIGHTS })], { schedules });
    for (const [start, length] of [['2026-03-28T20:00Z', 7], ['2026-10-24T19:00Z', 9]]) {
        const acted = Array.from({ length: 12 * 60 }, (_, minute) => Date.parse(start) + minute * MINUTE)
            .filter((now) => ruleOn(triggerOf(event({ happened_at: new Date(now).toISOString() })), known, now).wants);
        assert.deepEqual([acted.length, acted.at(-1) - acted[0]], [length * 60, (length * 60 - 1) * MINUTE]);
        assert.equal(acted[0], Date.parse(start) + 60 * MINUTE);
    }
});
