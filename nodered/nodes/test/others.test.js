'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { BEAT_MS, RING_MAX, due, heard, nextDue, ordered, ticked } = require('../rules/others');
const contracts = require('../rules/contracts');
const { dice } = require('./dice');
const { example } = require('./examples');

const NOON = Date.parse('2026-11-20T12:00:00Z');
const NEVER = { mode: 'latest', topics: [] };
const thing = (changes) => ({
    id: 'other-door', called: 'Door', kind: 'contact', location: null, is_input: true, is_output: false, command: null, availability: NEVER, off_after_ms: null,
    counts: null, is_ring: false, state: { topic: 'tele/door', path: [], on: 'ON', off: 'OFF' }, ...changes,
});
const DOOR = thing();
const PIR = thing({ id: 'other-pir', kind: 'motion', off_after_ms: 10_000, state: { ...DOOR.state, topic: 'tele/pir' } });
const PLUG = thing({
    id: 'other-plug', kind: 'switch', is_input: false, is_output: true, state: { ...DOOR.state, topic: 'stat/plug' },
    command: { topic: 'cmnd/plug', on: 'ON', off: 'OFF' }, availability: { mode: 'latest', topics: [{ topic: 'tele/LWT', path: [], on: 'online', off: 'offline' }] },
});
const ALL = [DOOR, PIR, PLUG];
const words = ({ said }) => said.map(({ word, fields }) => [word, fields.device_id, fields.active ?? fields.on ?? fields.register ?? fields.last_minute ?? null]);
const order = (changes) => ordered({}, ALL, example('output-set', { device_id: 'other-plug', expires_at: '2026-11-20T12:02:00Z', ...changes }), NOON);

test('who is new registers at once, and once', () => {
    const first = ticked({}, ALL, NOON);
    assert.deepEqual(words(first).map(([word, id]) => [word, id]), [['heartbeat', 'other-door'], ['heartbeat', 'other-pir'], ['heartbeat', 'other-plug']]);
    assert.deepEqual([first.isNews, ticked(first.memory, ALL, NOON + 60_000).said], [true, []]);
});

test('a change triggers, after the heartbeat that registers; the same again does not', () => {
    const open = heard({}, ALL, 'tele/door', 'ON', NOON);
    assert.deepEqual(words(open), [['heartbeat', 'other-door', null], ['trigger', 'other-door', true]]);
    const again = heard(open.memory, ALL, 'tele/door', 'ON', NOON + 1000);
    assert.deepEqual([again.said, again.isNews], [[], false]);
    const closed = heard(again.memory, ALL, 'tele/door', 'OFF', NOON + 2000);
    assert.deepEqual([words(closed), closed.isNews], [[['trigger', 'other-door', false]], true]);
    assert.deepEqual(words(heard(closed.memory, ALL, 'tele/door', 'OFF', NOON + BEAT_MS)), [['heartbeat', 'other-door', null]]);
});

test('what is neither of its two words changes nothing', () => {
    const { said, memory } = heard({}, ALL, 'tele/door', 'unknown', NOON);
    assert.deepEqual([said.map(({ word }) => word), memory['other-door'].active], [['heartbeat'], null]);
    assert.deepEqual(heard({}, ALL, 'tele/else', 'ON', NOON).said, []);
});

test('one that never says that it is quiet is quiet after the time that it announced', () => {
    const moved = heard({}, ALL, 'tele/pir', 'ON', NOON);
    assert.equal(nextDue(moved.memory), NOON + 10_000);
    const again = heard(moved.memory, ALL, 'tele/pir', 'ON', NOON + 4000);
    assert.deepEqual([nextDue(again.memory), words(due(again.memory, NOON + 13_999))], [NOON + 14_000, []]);
    const over = due(again.memory, NOON + 14_000);
    assert.deepEqual([words(over).at(-1), nextDue(over.memory)], [['trigger', 'other-pir', false], null]);
});

test('whether it is there is heard each minute while it says so, and no longer', () => {
    const there = heard({}, ALL, 'tele/LWT', 'online', NOON);
    assert.deepEqual(words(ticked(there.memory, [PLUG], NOON + 60_000)).map(([word]) => word), ['heartbeat']);
    const gone = heard(there.memory, ALL, 'tele/LWT', 'offline', NOON + 61_000);
    assert.deepEqual(gone.said, []);
    assert.deepEqual(ticked(gone.memory, [PLUG], NOON + 120_000).said, []);
});

test('with several places that say it, all or any of them count as announced', () => {
    const places = ['tele/a', 'tele/b'].map((topic) => ({ topic, path: [], on: 'online', off: 'offline' }));
    const beats = (mode) => {
        const one = thing({ availability: { mode, topics: places } });
        const first = heard({}, [one], 'tele/a', 'online', NOON);
        const second = heard(first.memory, [one], 'tele/b', 'offline', NOON + 1000);
        return ticked(second.memory, [one], NOON + BEAT_MS).said.length;
    };
    assert.deepEqual([beats('all'), beats('any'), beats('latest')], [0, 1, 0]);
});

test('what is no longer announced is forgotten', () => {
    const { memory } = ticked({}, ALL, NOON);
    const fewer = ticked(memory, [DOOR], NOON + 1000);
    assert.deepEqual([Object.keys(fewer.memory), fewer.isNews], [['other-door'], true]);
});

test('a meter reads each time, and what is no number reads nothing', () => {
    const meter = (counts) => thing({ kind: 'meter', counts });
    const read = (counts, text) => words(heard({}, [meter(counts)], 'tele/door', text, NOON)).slice(1);
    assert.deepEqual(read('register', '12.5'), [['reading', 'other-door', 12.5]]);
    assert.deepEqual(read('last_minute', '-3'), [['reading', 'other-door', -3]]);
    ['', 'unavailable', '1e999', '1e16'].forEach((text) => assert.deepEqual(read('last_minute', text), [], text));
    assert.deepEqual(read('register', '-3'), []);
});

test('an order goes out in its own words, once', () => {
    const { command, memory, said } = order({ on: true });
    assert.deepEqual([command, said], [{ topic: 'cmnd/plug', payload: 'ON' }, []]);
    assert.equal(ordered(memory, ALL, example('output-set', { device_id: 'other-plug', on: true, expires_at: '2026-11-20T12:02:00Z' }), NOON), null);
    assert.equal(order({ on: false }).command.payload, 'OFF');
});

test('an order to another device, and one to speak, are not for it', () => {
    assert.deepEqual([order({ device_id: 'siren-1' }), order({ device_id: 'other-door' }), order({ on: null, text: 'hello' })], [null, null, null]);
});

test('an order that comes too late is left undone, and says so', () => {
    assert.throws(() => order({ expires_at: '2026-11-20T11:59:59Z' }), /came too late/);
});

test('an output that does not say how it stands is taken at its word, and a push is over at once', () => {
    const state = (changes, on) => {
        const one = { ...PLUG, state: null, ...changes };
        const result = ordered({}, [one], example('output-set', { device_id: one.id, on, expires_at: '2026-11-20T12:02:00Z' }), NOON);
        return [result.command?.payload ?? null, words(result)];
    };
    assert.deepEqual(state({}, true), ['ON', [['state', 'other-plug', true]]]);
    const push = { command: { topic: 'cmnd/bell', on: 'PRESS', off: null } };
    assert.deepEqual(state(push, true), ['PRESS', [['state', 'other-plug', false]]]);
    assert.deepEqual(state(push, false), [null, [['state', 'other-plug', false]]]);
});

test('a switch says how it stands, whoever switched it', () => {
    assert.deepEqual(words(heard({}, ALL, 'stat/plug', 'ON', NOON)), [['heartbeat', 'other-plug', null], ['state', 'other-plug', true]]);
});

const RING = 'ring/home/alarm/abc';
const NAMED = { id: 'ring-abc-contact', called: 'Front Door', location: 'Hall', is_ring: true };

test('Ring is heard without being announced, and by its name when it is', () => {
    const plain = heard({}, [], `${RING}/contact/state`, 'ON', NOON);
    assert.deepEqual(words(plain), [['heartbeat', 'ring-abc-contact', null], ['trigger', 'ring-abc-contact', true]]);
    const named = heard({}, [NAMED], `${RING}/contact/state`, 'ON', NOON).said[0].fields;
    assert.deepEqual([named.called, named.location], ['Front Door', 'Hall']);
});

test('a device of Ring that is gone has no heartbeat until it speaks again', () => {
    const open = heard({}, [], `${RING}/contact/state`, 'ON', NOON);
    const gone = heard(open.memory, [], `${RING}/status`, 'offline', NOON + 1000);
    assert.deepEqual([ticked(gone.memory, [], NOON + 60_000).said, Object.keys(gone.memory)], [[], ['ring-abc-contact']]);
    const back = heard(gone.memory, [], `${RING}/contact/attributes`, '{}', NOON + 61_000);
    assert.deepEqual(words(back), [['heartbeat', 'ring-abc-contact', null]]);
});

test('there is a bound to devices of Ring', () => {
    let memory = {};
    for (let number = 0; number < RING_MAX; number += 1) {
        ({ memory } = heard(memory, [], `ring/home/alarm/d${number}/contact/state`, 'ON', NOON));
    }
    assert.throws(() => heard(memory, [], `${RING}/contact/state`, 'ON', NOON), /devices of Ring already/);
    assert.ok(heard(memory, [], 'ring/home/alarm/d0/contact/state', 'OFF', NOON).said.length);
});

test('whatever they say, what goes on keeps its contract', () => {
    const roll = dice(3);
    const pick = (list) => list[roll(list.length)];
    const topics = ['tele/door', 'tele/pir', 'stat/plug', 'tele/LWT', `${RING}/contact/state`, `${RING}/alarm/state`, `ring/${'x'.repeat(200)}/a/客厅/motion/state`, `${RING}/status`];
    let memory = {};
    for (let round = 0; round < 2000; round += 1) {
        const result = heard(memory, [...ALL, NAMED], pick(topics), pick(['ON', 'OFF', 'armed_home', 'triggered', 'online', 'offline', '', '{}', 'x'.repeat(70_000)]), NOON + round * 1000);
        memory = result.memory;
        result.said.forEach(({ word, fields }) => {
            const contract = word === 'state' ? 'output-state' : `device-${word}`;
            contracts.check(contract, { ...example(contract), ...fields });
        });
    }
});
