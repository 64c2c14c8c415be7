'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { ruleOn } = require('../rules/rule-on');
const { judge } = require('../rules/rule-armed');
const { draftOf } = require('../rules/linked-outputs');
const { triggerOf } = require('../rules/triggers');
const { NOW, NIGHTS, action, device, event, house, input, output, rule } = require('./house');

const trigger = triggerOf(event());
const ruled = (links, changes) => ruleOn(trigger, house(links, changes), NOW);
const first = (...asked) => {
    const { act, reasons, actions } = ruled(...asked).links[0];
    return [act, reasons[0], actions.map(({ id }) => id)];
};
const does = (...actions) => [rule({ actions: actions.map(action) })];

test('a rule for every mode and any time acts, because it listens', () => {
    const { wants, links, reasons } = ruled([rule()]);
    assert.deepEqual([wants, links[0].act, links[0].reasons, reasons], [true, true, ['it listens to Garage PIR'], ['1 rule listens to Garage PIR']]);
});

test('a rule acts in its modes only, and the verdict says why nothing was done', () => {
    assert.deepEqual(first([rule({ modes: ['home'] })]).slice(0, 2), [true, 'armed: the mode is home']);
    const { wants, reasons } = ruled([rule({ modes: ['away', 'night'] })]);
    assert.deepEqual([wants, reasons], [false, ['Rule 1: not armed: the mode is home', '1 rule listens to Garage PIR']]);
});

test('a rule acts within its schedule only', () => {
    assert.deepEqual(first([rule({ schedule_id: NIGHTS })]).slice(0, 2), [false, 'not armed: outside of Nights, next 23:30']);
});

test('one rule that acts is enough, and the others say why they do not', () => {
    const { wants, reasons, links } = ruled([rule({ modes: ['away'] }), rule({}, 2), rule({ enabled: false }, 3)]);
    assert.deepEqual([wants, reasons, links.map(({ act }) => act)], [true, ['3 rules listen to Garage PIR'], [false, true, false]]);
});

test('when only a rule listens that is switched off the verdict says so', () => {
    assert.deepEqual(ruled([rule({ enabled: false })]).reasons, ['Rule 1: it is switched off', '1 rule listens to Garage PIR']);
});

test('an output that cannot be switched is left out, with the reason', () => {
    const some = does({ id: 'siren' }, { id: 'lamp' });
    const without = (changes) => first(some, { devices: [output('siren', 'Siren', changes)] });
    assert.deepEqual(without({ enabled: false }), [true, 'Siren is switched off here', ['lamp']]);
    assert.deepEqual(without({ schedule_id: NIGHTS }), [true, 'Siren is not armed: outside of Nights, next 23:30', ['lamp']]);
    const byGroup = { group: 'Attic', group_schedule_id: NIGHTS };
    assert.deepEqual(without(byGroup), [true, 'Siren is not armed: outside of Nights, next 23:30 (its group Attic)', ['lamp']]);
    assert.deepEqual(without({ is_output: false }), [true, 'Siren is no output', ['lamp']]);
    assert.deepEqual(first(does({ id: 'shed' }, { kind: 'say', id: 'pir', on: null, text: 'hello' }, {})), [true, 'shed is not known', ['siren']]);
});

test('a rule that can do nothing does not act', () => {
    assert.deepEqual(first(does({}), { devices: [output('siren', 'Siren', { enabled: false })] }), [false, 'Siren is switched off here', []]);
    assert.equal(ruled(does({ id: 'shed' })).reasons[0], 'Rule 1: shed is not known');
    assert.equal(ruled(does({ id: null })).reasons[0], 'Rule 1: no output is chosen');
});

test('a group is asked output by output', () => {
    const yard = does({ kind: 'switch_group', id: 'Yard' });
    assert.deepEqual(ruled(yard).links[0].actions, [action({ id: 'lamp' }), action({ id: 'horn' })]);
    assert.deepEqual(first(yard, { devices: [output('horn', 'Horn', { group: 'Yard', enabled: false })] }), [true, 'Horn is switched off here', ['lamp']]);
    assert.deepEqual(first(does({ kind: 'switch_group', id: 'Roof' })), [false, 'no output is in the group Roof', []]);
    assert.deepEqual(first(does({ kind: 'switch_group', id: null })), [false, 'no group is chosen', []]);
});

test('a speaker in a group is not switched with it', () => {
    const yard = does({ kind: 'switch_group', id: 'Yard' });
    const speaker = output('horn', 'Horn', { group: 'Yard', kind: 'speaker' });
    assert.deepEqual(first(yard, { devices: [speaker] }), [true, 'it listens to Garage PIR', ['lamp']]);
    assert.deepEqual(first(yard, { devices: [speaker, output('lamp', 'Lamp')] }), [false, 'no output is in the group Yard', []]);
    assert.deepEqual(first(does({ kind: 'say', id: 'horn', on: null, text: 'hello' }), { devices: [speaker] })[2], ['horn']);
});

test('nothing keeps an output from being switched off', () => {
    const off = { devices: [output('siren', 'Siren', { enabled: false, schedule_id: NIGHTS })] };
    assert.deepEqual(first(does({ on: false, seconds: null }), off), [true, 'it listens to Garage PIR', ['siren']]);
});

test('to tell people or to set a mode needs no output', () => {
    const others = does({ kind: 'alert', id: null, on: null, text: 'Somebody is there' }, { kind: 'mode', id: 'away', on: null });
    assert.deepEqual(first(others), [true, 'it listens to Garage PIR', [null, 'away']]);
});

test('a condition of the owner between the two nodes holds', () => {
    const known = house([rule()]);
    const draft = draftOf(trigger, known, NOW);
    const refused = judge({ ...draft, wants: false, reasons: ['it rains', ...draft.reasons] }, known, NOW);
    assert.deepEqual([refused.wants, refused.reasons[0], refused.links[0].act], [false, 'it rains', false]);
    const one = judge({ ...draft, links: [{ ...draft.links[0], act: false, reasons: ['it rains'] }] }, known, NOW);
    assert.deepEqual([one.wants, one.reasons[0]], [false, 'Rule 1: it rains']);
});

test('a rule that was removed meanwhile does not act', () => {
    const draft = draftOf(trigger, house([rule()]), NOW);
    const { wants, reasons } = judge(draft, house([]), NOW);
    assert.deepEqual([wants, reasons[0]], [false, 'Rule 1: it is not there any more']);
});

test('what began within the schedule counts though it is ruled on after its end', () => {
    const known = house([rule({ schedule_id: NIGHTS })]);
    const end = Date.parse('2026-11-18T05:00:00Z'); // 06:00 in Rome, a Wednesday
    const at = (happened, now) => ruleOn({ ...trigger, triggered_at: new Date(happened).toISOString() }, known, now).wants;
    assert.deepEqual([at(end - 5000, end + 5000), at(end, end + 5000)], [true, false]);
});

test('all inputs of a rule that wants them all are told by their places', () => {
    const both = rule({ within_s: 60, inputs: [input({ kind: 'camera' }), input({ id: 'pir' })] });
    assert.deepEqual(ruled([both]).links.map(({ act, places, within_s }) => [act, places, within_s]), [[true, [1], 60]]);
});

const AWAY = { modeId: 'away', devices: [device('pir', 'Garage PIR', { entry: true })] };
const waits = (links, changes, message = event()) => {
    const known = house(links, { ...AWAY, ...changes });
    return ruleOn(triggerOf(message), { ...known, mode: { ...known.mode, entry_s: 20 } }, NOW).links.map(({ act, entry_s, reasons }) => [act, entry_s, reasons[0]]);
};

test('a rule of chosen modes waits for the entry delay at a way in, a rule of every mode does not', () => {
    assert.deepEqual(waits([rule({ modes: ['away'] }), rule({}, 2)]), [
        [true, 20, 'entry delay: it waits 20 s for somebody to disarm'], [true, null, 'it listens to Garage PIR']]);
});

test('elsewhere, or where it does not act, a rule waits for nobody', () => {
    assert.deepEqual(waits([rule({ modes: ['away'] })], { devices: [] }), [[true, null, 'armed: the mode is away']]);
    assert.deepEqual(waits([rule({ modes: ['night'] })]), [[false, null, 'not armed: the mode is away']]);
});

test('that a way in stays open is nobody coming', () => {
    const stays = rule({ modes: ['away'], inputs: [input({ id: 'pir', moment: 'escalation' })] });
    assert.deepEqual(waits([stays], {}, event({ kind: 'device_escalated' })), [[true, null, 'armed: the mode is away']]);
});

test('what triggered while it was arming makes no rule act, however late it is ruled on', () => {
    const known = house([rule({ modes: ['home'] })]);
    const arming = (ms) => ({ ...known, mode: { ...known.mode, arming_until: new Date(NOW + ms).toISOString() } });
    assert.equal(ruleOn(trigger, arming(-500), NOW).links[0].act, false);
    assert.equal(ruleOn(trigger, arming(-1000), NOW).links[0].act, true);
    assert.match(ruleOn(trigger, arming(9000), NOW).reasons[0], /^Rule 1: not armed: armed in 9 s, at /);
});
