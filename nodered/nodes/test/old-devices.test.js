'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { BEAT_MS, TOPICS_MAX, SILENT_MS, WAITED, WAITED_MS, commanded, dated, readUntil, translated } = require('../rules/old-devices');
const contracts = require('../rules/contracts');
const { example } = require('./examples');

const NOON = Date.parse('2026-11-20T12:00:00Z');
const TOPIC = 'sensor/garage';
const BOARD = {
    device_id: 'esp-1',
    input_location: 'garage',
    timestamp: NOON / 1000 - 1,
    uptime: 4711,
    input_1: { input_label: 'door', sample_value: 512, normal_value: 0, active: true },
    input_2: { input_label: 'side window', sample_value: 3, normal_value: 0, active: false },
};
const said = (message, { topic = TOPIC, memory = {}, now = NOON } = {}) => translated(memory, topic, JSON.stringify(message), now);
const idOf = (label) => said({ input_1: { input_label: label } }, { topic: 'sensor' }).heartbeats[0].device_id;
const ids = (list) => list.map((one) => one.device_id);

test('each input of a board is a device, called by its location and label', () => {
    assert.deepEqual(said(BOARD).heartbeats, [
        { device_id: 'garage-door', called: 'Garage Door', kind: 'sensor', location: 'Garage', is_input: true, is_output: false },
        { device_id: 'garage-side-window', called: 'Garage Side Window', kind: 'sensor', location: 'Garage', is_input: true, is_output: false },
    ]);
});

test('each input reports whether it is active, with its value and the time of the board', () => {
    assert.deepEqual(said(BOARD).triggers, [
        { device_id: 'garage-door', active: true, detail: null, value: 512, at: NOON - 1000 },
        { device_id: 'garage-side-window', active: false, detail: null, value: 3, at: NOON - 1000 },
    ]);
});

test('a heartbeat registers and triggers nothing', () => {
    const { heartbeats, triggers } = said({ ...BOARD, message_type: 'heartbeat' });
    assert.deepEqual([heartbeats.length, triggers], [2, []]);
});

test('a board without a clock has no time', () => {
    for (const timestamp of [undefined, null, 0, 4711, 'soon', 1e15, -1, {}]) {
        assert.equal(said({ ...BOARD, timestamp }).triggers[0].at, null, String(timestamp));
    }
});

test('without a location in the message the topic says where it is', () => {
    const { input_location, ...rest } = BOARD;
    assert.equal(said(rest, { topic: 'sensor/back yard/esp' }).heartbeats[0].called, 'Back Yard Door');
    assert.equal(input_location, 'garage');
});

test('an input without a label is called by its number', () => {
    assert.equal(said({ input_3: { active: true } }).heartbeats[0].device_id, 'garage-input-3');
});

test('an input may be called as every object is', () => {
    assert.deepEqual(ids(said({ input_1: { input_label: 'constructor' } }, { topic: 'sensor' }).heartbeats), ['constructor']);
});

test('heartbeats go on every half minute, active reports at once, quiet ones when something changed', () => {
    const first = said(BOARD);
    const second = said(BOARD, { memory: first.memory, now: NOON + 1000 });
    assert.deepEqual([second.heartbeats, ids(second.triggers)], [[], ['garage-door']]);
    const closed = { ...BOARD, input_1: { ...BOARD.input_1, active: false } };
    const third = said(closed, { memory: second.memory, now: NOON + 2000 });
    assert.deepEqual(third.triggers.map((one) => [one.device_id, one.active]), [['garage-door', false]]);
    const fourth = said(closed, { memory: third.memory, now: NOON + 3000 });
    assert.deepEqual([fourth.heartbeats, fourth.triggers], [[], []]);
    const later = said(closed, { memory: fourth.memory, now: NOON + BEAT_MS });
    assert.deepEqual([ids(later.heartbeats), ids(later.triggers)], [['garage-door', 'garage-side-window'], ['garage-door', 'garage-side-window']]);
});

test('OK keeps the devices of its topic alive, and knows of no others', () => {
    const { memory } = said(BOARD);
    const ok = (topic, now) => translated(memory, topic, 'OK', now);
    assert.deepEqual(ids(ok(TOPIC, NOON + BEAT_MS).heartbeats), ['garage-door', 'garage-side-window']);
    assert.deepEqual(ok(TOPIC, NOON + BEAT_MS).triggers, []);
    assert.deepEqual(ok(TOPIC, NOON + 1000).heartbeats, []);
    assert.deepEqual(ok('sensor/cellar', NOON + BEAT_MS), { heartbeats: [], triggers: [], readings: [], memory, isNews: false });
});

test('OK does not make an active device quiet', () => {
    const { memory } = said(BOARD);
    const after = translated(memory, TOPIC, 'OK', NOON + BEAT_MS).memory;
    assert.equal(after[TOPIC]['garage-door'].active, true);
});

const METER = { device_id: 'esp-2', input_location: 'cellar', last_minute_metered: 12, register_reading: 123456, pulse_discards: 0 };
const ELECTRICITY = { topic: 'meter/electricity/esp-2' };

test('a meter registers, and what it reads is a reading', () => {
    const { heartbeats, triggers, readings } = said({ ...METER, timestamp: NOON / 1000 }, ELECTRICITY);
    assert.deepEqual(heartbeats, [
        { device_id: 'electricity-meter', called: 'Electricity Meter', kind: 'meter', location: 'Cellar', is_input: true, is_output: false },
    ]);
    assert.deepEqual(triggers, []);
    assert.deepEqual(readings, [{ device_id: 'electricity-meter', register: 123456, last_minute: 12, at: NOON }]);
});

test('a meter that says no number reads nothing, and one of two is enough', () => {
    const numbers = (register, lastMinute) => {
        const { readings } = said({ register_reading: register, last_minute_metered: lastMinute }, ELECTRICITY);
        return readings.map((one) => [one.register, one.last_minute]);
    };
    assert.deepEqual(numbers(undefined, null), []);
    assert.deepEqual(numbers('12', -1), [[null, -1]]);
    assert.deepEqual(numbers(-5, undefined), []);
    assert.deepEqual(numbers(0, undefined), [[0, null]]);
    assert.deepEqual(said({ input_1: { active: true } }).readings, []);
});

test('what is asked of an old meter goes on in its own words', () => {
    const { memory } = said(METER, ELECTRICITY);
    const reset = (fields) => commanded(memory, example('meter-reset', { device_id: 'electricity-meter', ...fields }));
    const topic = 'meter/electricity/control';
    assert.deepEqual(reset({ set_register: 5.4 }), { topic, payload: { set_register: 5 } });
    assert.deepEqual(reset({ set_register: 0 }), { topic, payload: { set_register: 0 } });
    assert.deepEqual(reset({ set_register: null, adjust_register: -20 }), { topic, payload: { adjust_register: -20 } });
    assert.equal(reset({ device_id: 'water-meter' }), null);
    const sensor = said({ input_1: { input_label: 'meter' } }, { topic: 'sensor/electricity' }).memory;
    assert.equal(commanded(sensor, example('meter-reset', { device_id: 'electricity-meter' })), null);
});

test('what a hub says to a meter is no meter', () => {
    for (const command of [{ set_register: 5 }, { adjust_register: -5 }]) {
        assert.deepEqual(said(command, { topic: 'meter/electricity/control' }), { heartbeats: [], triggers: [], readings: [], memory: {}, isNews: false });
    }
});

test('a name of any script has an id of its own, always the same', () => {
    const names = ['客厅', '厨房', '客厅 door', '厨房 door', 'кухня', '-', '!', 'x'.repeat(70), `${'x'.repeat(70)}y`];
    const made = names.map(idOf);
    assert.equal(new Set(made).size, names.length, made.join(' '));
    made.forEach((id) => assert.match(id, /^[a-z0-9_-]{1,64}$/));
    assert.deepEqual(names.map(idOf), made);
    assert.match(idOf('客厅 door'), /^door-[0-9a-f]{8}$/);
    assert.deepEqual([idOf('Tür'), idOf("o'neill"), idOf('x'.repeat(64))], ['tur', 'o-neill', 'x'.repeat(64)]);
});

test('only what must outlive a restart is worth a write', () => {
    const first = said(BOARD);
    assert.equal(first.isNews, true);
    for (const later of [1000, BEAT_MS, 2 * BEAT_MS]) {
        assert.equal(said({ ...BOARD, uptime: later }, { memory: first.memory, now: NOON + later }).isNews, false);
        assert.equal(translated(first.memory, TOPIC, 'OK', NOON + later).isNews, false);
    }
    const closed = { ...BOARD, input_1: { ...BOARD.input_1, active: false } };
    assert.equal(said(closed, { memory: first.memory }).isNews, true);
    const renamed = { ...BOARD, input_location: 'yard' };
    assert.equal(said(renamed, { memory: first.memory }).isNews, true);
});

test('what cannot be read is a mistake that says what is wanted', () => {
    for (const text of ['', '{broken', '[]', '7', 'null', '"OK?"', 'KO']) {
        assert.throws(() => translated({}, TOPIC, text, NOON), /must say OK or a JSON object on sensor\/garage/, text);
    }
});

test('it remembers a bounded number of topics, the newest', () => {
    let memory = {};
    for (let number = 0; number < TOPICS_MAX + 5; number += 1) {
        ({ memory } = said(BOARD, { topic: `sensor/place ${number}`, memory }));
    }
    const topics = Object.keys(memory);
    assert.deepEqual([topics.length, topics[0]], [TOPICS_MAX, 'sensor/place 5']);
});

test('whatever a board says, what goes on keeps its contract', () => {
    for (let round = 0; round < 500; round += 1) {
        const board = { input_location: word(), timestamp: pick([NOON / 1000, 0, word()]), [`input_${round}`]: input(), input_0: input(), input_x: input() };
        const { heartbeats, triggers, readings } = said({ ...board, register_reading: number(), last_minute_metered: number() }, { topic: `${pick(['sensor', 'meter'])}/${String(word()).replaceAll('/', '')}` });
        assert.ok(heartbeats.length >= 1);
        heartbeats.forEach((fields) => contracts.check('device-heartbeat', { ...example('device-heartbeat'), ...fields }));
        triggers.forEach(({ at, ...fields }) => contracts.check('device-trigger', { ...example('device-trigger'), ...fields }));
        readings.forEach(({ at, ...fields }) => contracts.check('device-reading', { ...example('device-reading'), ...fields }));
    }
});

const pick = (list) => list[crypto.randomInt(list.length)];
const word = () => pick(['door', 'Tür', '  ', '', '客厅', 'x'.repeat(300), "o'neill", '-', 7, null, ['a'], crypto.randomBytes(6).toString('latin1')]);
const number = () => pick([0, 1.5, -3, 1e300, '7', null, undefined, {}]);
const input = () => ({ input_label: word(), sample_value: pick([512, 0.5, '3', null, undefined]), active: pick([true, false, 'yes', undefined]) });

const STATUS = { service: 'scribe', state: 'online', at: '2026-11-20T11:00:00.000000Z' };
const ELEVEN = Date.parse(STATUS.at);
const UNDATED = { device_id: 'garage-door', active: true, detail: null, value: 512, at: null };

test("the queue is read until the newest status of a service that is there", () => {
    assert.equal(readUntil(null, STATUS, NOON), ELEVEN);
    assert.equal(readUntil(ELEVEN, { ...STATUS, at: '2026-11-20T10:59:50.000000Z' }, NOON), ELEVEN);
    assert.equal(readUntil(ELEVEN, { ...STATUS, at: '2026-11-20T11:00:10.000000Z' }, NOON), ELEVEN + 10_000);
});

test('what the broker tells in the name of a service that is gone, or of Node-RED, is no time', () => {
    assert.equal(readUntil(ELEVEN, { ...STATUS, state: 'offline', at: '2026-11-20T11:30:00.000000Z' }, NOON), ELEVEN);
    assert.equal(readUntil(null, { ...STATUS, service: 'nodered' }, NOON), null);
});

test('no clock that is ahead, or was put back, makes later reports old or young', () => {
    assert.equal(readUntil(null, { ...STATUS, at: '2026-11-20T13:00:00.000000Z' }, NOON), NOON);
    assert.equal(readUntil(NOON, STATUS, ELEVEN), ELEVEN);
});

test('a report without a time that comes behind statuses of over two minutes ago has their time, and says why', () => {
    const until = NOON - WAITED_MS - 1;
    assert.deepEqual(dated(UNDATED, { until, heard: NOON }, NOON), { ...UNDATED, at: until, detail: WAITED });
    assert.deepEqual(dated({ device_id: 'm', register: 7, at: null }, { until, heard: NOON }, NOON), { device_id: 'm', register: 7, at: until });
});

test('a report is as it was with a time of its own, behind a young status, and before any', () => {
    for (const [report, until] of [[{ ...UNDATED, at: ELEVEN }, ELEVEN], [UNDATED, NOON - WAITED_MS], [UNDATED, NOON], [UNDATED, null]]) {
        assert.deepEqual(dated(report, { until, heard: NOON }, NOON), report);
    }
});

test('while no service says anything, a report without a time is of now', () => {
    assert.deepEqual(dated(UNDATED, { until: ELEVEN, heard: NOON - SILENT_MS - 1 }, NOON), UNDATED);
    assert.equal(dated(UNDATED, { until: ELEVEN, heard: NOON - SILENT_MS }, NOON).at, ELEVEN);
});
