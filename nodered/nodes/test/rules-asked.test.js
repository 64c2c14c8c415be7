'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { check } = require('../rules/contracts');
const { answerTo } = require('../rules/rules-asked');
const { ruleOn } = require('../rules/rule-on');
const { triggerOf } = require('../rules/triggers');
const { example } = require('./examples');
const { NOW, NIGHTS, PLATE, event, house, input, rule } = require('./house');

const ask = (changes) => example('ask-rules', { device_id: 'pir', mode_id: null, ...changes });
const answer = (changes, links = [rule()], setting = {}) => answerTo(ask(changes), house(links, setting), NOW);

test('a made-up trigger is answered as the real one is ruled on', () => {
    const known = house([rule({ modes: ['home'] }), rule({ modes: ['away'] }, 2)]);
    const { wants, reasons, links } = answerTo(ask(), known, NOW);
    const real = ruleOn(triggerOf(event()), known, NOW);
    assert.deepEqual([wants, reasons, links], [real.wants, real.reasons, real.links]);
});

test('it can be asked for another mode', () => {
    const away = [rule({ modes: ['away'] })];
    assert.deepEqual([answer({}, away).wants, answer({ mode_id: 'away' }, away).wants], [false, true]);
    assert.equal(answer({ mode_id: 'night' }, away).reasons[0], 'Rule 1: not armed: the mode is night');
});

test('it can be asked for another time, long ago or to come', () => {
    const nights = [rule({ schedule_id: NIGHTS })];
    const at = (happens_at) => answer({ happens_at }, nights);
    assert.deepEqual([at(null).wants, at('2026-11-18T22:30:00Z').wants, at('2026-12-02T22:30:00+01:00').wants], [false, true, true]);
});

test('it can be asked for an arrival and for the panic button', () => {
    const links = [rule({ inputs: [input({ kind: 'camera', id: 'front-door', labels: ['person'], zones: ['Steps'] }), input({ kind: 'panic' })] })];
    const place = { kind: 'camera', device_id: null, camera_id: 'front-door', label: 'person' };
    assert.equal(answer({ ...place, zones: ['Steps'] }, links).said, 'Front Door: person in Steps');
    assert.deepEqual([answer({ ...place, zones: ['Steps'] }, links).wants, answer({ ...place, zones: [] }, links).wants], [true, false]);
    assert.deepEqual(answer({ kind: 'panic', device_id: null }, links).links[0].places, [1]);
});

test('it can be asked for a plate, for what a camera reports, and for the last of a group', () => {
    const inputs = [input({ kind: 'plate', id: null, standings: ['deny'] }), input({ kind: 'camera_event', id: 'front-door', details: ['dark'] }),
        input({ kind: 'group', id: 'Ground floor', moment: 'last' })];
    const places = (changes) => answer(changes, [rule({ inputs })]).links.flatMap((link) => link.places);
    const there = { device_id: null, camera_id: 'front-door' };
    assert.deepEqual(places({ ...there, kind: 'plate', standing: 'deny', plate_id: PLATE, detail: 'denied plate XY99' }), [0]);
    assert.deepEqual(places({ ...there, kind: 'plate', standing: 'known', detail: 'a known plate' }), []);
    assert.deepEqual(places({ ...there, kind: 'camera_event', detail: 'dark' }), [1]);
    assert.deepEqual(places({ moment: 'quiet', of_group: 'last' }), [2]);
    assert.deepEqual(places({ moment: 'quiet' }), []);
});

test('an answer keeps its contract, also without an arrival\'s label', () => {
    const { v, id, at, src } = example('answer-rules');
    check('answer-rules', { v, id, at, src, ...answer({}) });
    check('answer-rules', { v, id, at, src, ...answer({ kind: 'camera', device_id: null, camera_id: 'shed' }) });
});

test('of no device and no camera in particular the rules for any of them are asked', () => {
    const links = [rule({ inputs: [input({ id: null }), input({ kind: 'camera', id: null })] }), rule({}, 2)];
    const nowhere = { device_id: null, camera_id: null };
    assert.deepEqual(['device', 'camera'].map((kind) => answer({ ...nowhere, kind }, links).said), ['a device: triggered', 'a camera: something']);
    assert.deepEqual(answer({ ...nowhere, kind: 'device' }, links).links.map(({ name }) => name), ['Rule 1']);
});

test('there is no answer before all that is needed was heard', () => {
    assert.equal(answerTo(ask(), { ...house([rule()]), mode: null }, NOW), null);
});

test('it is asked as if nothing were arming', () => {
    const known = house([rule({ modes: ['home'] })]);
    const mode = { ...known.mode, arming: true, arming_until: new Date(NOW + 30_000).toISOString() };
    assert.equal(answerTo(ask({ mode_id: 'home' }), { ...known, mode }, NOW).wants, true);
});
