'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { THINGS_MAX, isOthers, learned, read, thingsOf, topicsOf } = require('../rules/announcements');
const contracts = require('../rules/contracts');
const { dice } = require('./dice');
const { example } = require('./examples');

const BOUNDS = { base: 'hearthwatch', places: ['zigbee2mqtt', 'stat', 'esphome', 'tele', 'cmnd'] };
const DOOR_TOPIC = 'homeassistant/binary_sensor/0x00158d/contact/config';
const DOOR = {
    name: null, unique_id: '0x00158d_contact_zigbee2mqtt', device_class: 'door', payload_on: false, payload_off: true,
    state_topic: 'zigbee2mqtt/back door', value_template: '{{ value_json.contact }}',
    device: { name: 'Back Door', suggested_area: 'Kitchen' },
    availability: [{ topic: 'zigbee2mqtt/bridge/state', value_template: '{{ value_json.state }}' }, { topic: 'zigbee2mqtt/back door/availability' }],
    availability_mode: 'all',
};
const PLUG_TOPIC = 'homeassistant/switch/A1B2_RL_1/config';
const PLUG = {
    name: 'Plug', '~': 'stat/plug', stat_t: '~/POWER', cmd_t: 'cmnd/plug/POWER', pl_on: 'ON', pl_off: 'OFF', uniq_id: 'A1B2_RL_1',
    avty_t: 'tele/plug/LWT', pl_avail: 'Online', pl_not_avail: 'Offline', dev: { name: 'Plug', sa: 'Hall' },
};
const reading = (message, topic = DOOR_TOPIC) => read(topic, JSON.stringify(message), BOUNDS);
const only = (message, topic) => {
    const { things, refused } = reading(message, topic);
    assert.deepEqual([things.length, refused], [1, []]);
    return things[0];
};
const refusal = (changes) => reading({ ...DOOR, ...changes }).refused;
const many = (count, from = 0) => Array.from({ length: count }, (_, index) => only({ ...DOOR, unique_id: `door ${from + index}` }));

test('a door that Zigbee2MQTT announces is an input, with its words and where it says whether it is there', () => {
    assert.deepEqual(only(DOOR), {
        id: 'other-0x00158d_contact_zigbee2mqtt', called: 'Back Door', location: 'Kitchen', kind: 'contact', is_input: true, is_output: false,
        state: { topic: 'zigbee2mqtt/back door', path: ['contact'], on: 'False', off: 'True' }, command: null, off_after_ms: null, counts: null,
        availability: { mode: 'all', topics: [
            { topic: 'zigbee2mqtt/bridge/state', path: ['state'], on: 'online', off: 'offline' },
            { topic: 'zigbee2mqtt/back door/availability', path: [], on: 'online', off: 'offline' },
        ] },
        is_ring: false,
    });
});

test('a switch of Tasmota in short words is an output', () => {
    const plug = only(PLUG, PLUG_TOPIC);
    assert.deepEqual([plug.id, plug.called, plug.kind, plug.location], ['other-a1b2_rl_1', 'Plug', 'switch', 'Hall']);
    assert.deepEqual([plug.is_input, plug.is_output], [false, true]);
    assert.deepEqual(plug.state, { topic: 'stat/plug/POWER', path: [], on: 'ON', off: 'OFF' });
    assert.deepEqual(plug.command, { topic: 'cmnd/plug/POWER', on: 'ON', off: 'OFF' });
    assert.deepEqual(plug.availability, { mode: 'latest', topics: [{ topic: 'tele/plug/LWT', path: [], on: 'Online', off: 'Offline' }] });
});

test('a device with several parts is several things, each with what the device shares', () => {
    const message = {
        dev: { ids: 'esp', name: 'Shed' }, o: { name: 'esphome' }, '~': 'esphome/shed', avty_t: '~/status',
        cmps: {
            pir: { p: 'binary_sensor', uniq_id: 'shed_pir', dev_cla: 'motion', stat_t: '~/pir', off_dly: 30 },
            power: { p: 'sensor', uniq_id: 'shed_w', name: 'Power', stat_cla: 'measurement', stat_t: '~/power' },
            bell: { p: 'button', uniq_id: 'shed_bell', name: 'Bell', cmd_t: '~/bell/set' },
            wifi: { p: 'sensor', uniq_id: 'shed_wifi', ent_cat: 'diagnostic', stat_t: '~/wifi' },
            light: { p: 'light', uniq_id: 'shed_light', cmd_t: '~/light/set' },
        },
    };
    const { things, refused } = reading(message, 'homeassistant/device/shed/config');
    assert.deepEqual(refused, []);
    assert.deepEqual(things.map(({ called, kind, counts, off_after_ms: delay }) => [called, kind, counts, delay]), [
        ['Shed Motion', 'motion', null, 30_000], ['Shed Power', 'meter', 'last_minute', null], ['Shed Bell', 'push', null, null],
    ]);
    assert.deepEqual(things[2].command, { topic: 'esphome/shed/bell/set', on: 'PRESS', off: null });
    assert.ok(things.every(({ availability }) => availability.topics[0].topic === 'esphome/shed/status'));
});

test('what we announce ourselves is no device, whatever shows it', () => {
    const none = { things: [], refused: [] };
    assert.deepEqual(read('homeassistant/device/hearthwatch_camera_front/config', '{}', BOUNDS), none);
    assert.deepEqual(reading({ ...DOOR, origin: { name: 'Hearthwatch' } }), none);
    assert.deepEqual(reading({ ...DOOR, state_topic: 'hearthwatch/device/x/state' }), none);
    assert.deepEqual(reading({ ...PLUG, cmd_t: 'hearthwatch/homeassistant/output/x/set' }, PLUG_TOPIC), none);
});

test('settings, diagnoses, what is switched off and other components are passed over', () => {
    for (const changes of [{ entity_category: 'config' }, { ent_cat: 'diagnostic' }, { enabled_by_default: false }]) {
        assert.deepEqual(reading({ ...DOOR, ...changes }), { things: [], refused: [] });
    }
    assert.deepEqual(reading(DOOR, 'homeassistant/climate/x/config').things, []);
    assert.deepEqual(reading(DOOR, 'homeassistant/constructor/x/config').things, []);
});

test('what cannot be read is refused in words, and the parts beside it are taken', () => {
    assert.match(refusal({ value_template: "{{ 'ON' if value_json.contact else 'OFF' }}" })[0], /^Back Door cannot be read: .*template/);
    assert.match(refusal({ state_topic: undefined })[0], /no state topic/);
    assert.match(refusal({ state_topic: 'office/door' })[0], /nobody else may speak on office\/door/);
    assert.match(refusal({ state_topic: 'zigbee2mqtt/#' })[0], /a topic is none/);
    assert.match(refusal({ payload_on: ['x'] })[0], /payload/);
    assert.match(reading({ ...PLUG, command_template: '{{ value }}!' }, PLUG_TOPIC).refused[0], /template/);
    assert.match(reading({ ...DOOR, state_class: undefined }, 'homeassistant/sensor/x/config').refused[0], /neither counts nor measures/);
    const two = { device: { name: 'Two' }, components: { a: { ...DOOR, platform: 'binary_sensor', state_topic: null }, b: { ...DOOR, platform: 'binary_sensor' } } };
    const { things, refused } = reading(two, 'homeassistant/device/two/config');
    assert.deepEqual([things.length, refused.length], [1, 1]);
});

test('what is no announcement says so', () => {
    for (const text of ['{broken', '[]', '7', 'null', `"${'x'.repeat(140_000)}"`]) {
        assert.throws(() => read(DOOR_TOPIC, text, BOUNDS), /must be a JSON object/);
    }
});

test('an announcement that is emptied takes its devices back, and only those', () => {
    const first = learned({}, DOOR_TOPIC, reading(DOOR));
    const second = learned(first.known, PLUG_TOPIC, reading(PLUG, PLUG_TOPIC));
    assert.deepEqual(topicsOf(second.known), ['zigbee2mqtt/back door', 'zigbee2mqtt/bridge/state', 'zigbee2mqtt/back door/availability', 'stat/plug/POWER', 'tele/plug/LWT']);
    const emptied = learned(second.known, DOOR_TOPIC, read(DOOR_TOPIC, '', BOUNDS));
    assert.deepEqual([emptied.isNews, thingsOf(emptied.known).map(({ id }) => id)], [true, ['other-a1b2_rl_1']]);
    assert.equal(learned(emptied.known, DOOR_TOPIC, read(DOOR_TOPIC, '', BOUNDS)).isNews, false);
});

test('the same announcement again is no news, and its complaints are said once', () => {
    const wrong = reading({ ...DOOR, state_topic: 'office/door' });
    const first = learned({}, DOOR_TOPIC, wrong);
    assert.equal(first.complaints.length, 1);
    const again = learned(first.known, DOOR_TOPIC, wrong);
    assert.deepEqual([again.isNews, again.complaints], [false, []]);
});

test('an id is whose it was first', () => {
    const first = learned({}, DOOR_TOPIC, reading(DOOR));
    const other = learned(first.known, 'homeassistant/binary_sensor/evil/config', reading({ ...DOOR, state_topic: 'tele/evil' }));
    assert.match(other.complaints[0], /its id is another one’s/);
    assert.deepEqual(thingsOf(other.known).map(({ state }) => state.topic), ['zigbee2mqtt/back door']);
});

test('of too many the last are refused', () => {
    const full = learned({}, DOOR_TOPIC, { things: many(THINGS_MAX), refused: [] });
    const { known, complaints } = learned(full.known, PLUG_TOPIC, { things: many(2, THINGS_MAX), refused: [] });
    assert.equal(thingsOf(known).length, THINGS_MAX);
    assert.match(complaints[0], new RegExp(`there are ${THINGS_MAX} others already`));
});

test('a device of ours came by an announcement when its id says so', () => {
    assert.deepEqual([only(DOOR), { id: 'garage-door' }].map(isOthers), [true, false]);
});

test('Ring is known by its topics: a name for what is heard, and nothing that could be ordered', () => {
    const contact = { name: null, unique_id: 'abc_contact', device_class: 'door', state_topic: 'ring/home/alarm/abc/contact/state', device: { name: 'Front Door' } };
    const thing = only(contact);
    assert.deepEqual(thing, { id: 'ring-abc-contact', called: 'Front Door', location: null, is_ring: true });
    assert.deepEqual(topicsOf({ one: { things: [thing] } }), []);
    const panel = { ...contact, state_topic: 'ring/home/alarm/abc/alarm/state', command_topic: 'ring/home/alarm/abc/alarm/command' };
    assert.deepEqual(reading(panel, 'homeassistant/switch/abc/config'), { things: [], refused: [] });
});

test('whatever is announced, what comes of it keeps the contract of a heartbeat', () => {
    const roll = dice(7);
    const pick = (list) => list[roll(list.length)];
    const value = () => pick(['door', 'zigbee2mqtt/x', 'stat/~', '~/x', '~', '', null, undefined, 7, true, [], {}, '客厅', 'x'.repeat(300), 'constructor', ['a'], { name: 'N' }, '{{ value }}', '+/#']);
    const keys = [...Object.keys(DOOR), ...Object.keys(PLUG), 'components', 'origin', 'payload_press', 'state_class', 'off_delay', 'availability_topic'];
    for (let round = 0; round < 2000; round += 1) {
        const part = { ...pick([DOOR, PLUG]), [pick(keys)]: value(), [pick(keys)]: value(), platform: pick(['switch', 'binary_sensor', 'button', 'sensor', '__proto__']) };
        const component = pick(['binary_sensor', 'switch', 'sensor', 'button', 'device']);
        const message = component === 'device' ? { device: value(), components: { a: part, b: value() } } : part;
        for (const { id, called, kind, location, is_input: isInput, is_output: isOutput } of reading(message, `homeassistant/${component}/x/config`).things) {
            contracts.check('device-heartbeat', { ...example('device-heartbeat'), device_id: id, called, kind, location, is_input: isInput, is_output: isOutput });
        }
    }
});
