'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { announced, meaning, newsOf } = require('../rules/home-assistant');
const { example } = require('./examples');

const CAMERAS = example('config-cameras');
const DEVICES = example('config-devices');
const ALL = announced({ cameras: CAMERAS, devices: DEVICES }, 'hw');
const parts = Object.values(ALL).flatMap(({ components }) => Object.values(components));

test('the house, every camera and every device that is switched on is announced', () => {
    const ids = ['house', ...CAMERAS.cameras.map(({ id }) => `camera_${id}`), ...DEVICES.devices.map(({ id }) => `device_${id}`)];
    assert.deepEqual(Object.keys(ALL), ids.map((id) => `homeassistant/device/hearthwatch_${id}/config`));
    const off = { ...DEVICES, devices: DEVICES.devices.map((one) => ({ ...one, enabled: false })) };
    assert.equal(Object.keys(announced({ cameras: null, devices: off }, 'hw')).length, 1);
});

test('each part has a platform, an id of its own that Home Assistant takes, and a topic of ours', () => {
    const ids = parts.map((part) => part.unique_id);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.every((id) => /^[a-zA-Z0-9_-]+$/.test(id)));
    assert.ok(parts.every((part) => part.platform && (part.state_topic ?? part.image_topic).startsWith('hw/')));
    assert.ok(parts.every((part) => !('object_id' in part)));
});

test('an input is a sensor of its kind, an output a switch', () => {
    const [door, siren] = DEVICES.devices.map(({ id }) => ALL[`homeassistant/device/hearthwatch_device_${id}/config`].components);
    assert.deepEqual([door.active.platform, door.active.device_class, door.on], ['binary_sensor', 'opening', undefined]);
    assert.deepEqual([siren.on.platform, siren.on.command_topic, siren.active], ['switch', 'hw/homeassistant/output/siren-1/set', undefined]);
});

test('a speaker is no switch, and is announced only when it reports something, too', () => {
    const spoken = (changes) => ({ ...DEVICES, devices: [{ ...DEVICES.devices[1], kind: 'speaker', ...changes }] });
    const partsOf = (changes) => Object.values(announced({ cameras: null, devices: spoken(changes) }, 'hw')).map(({ components }) => Object.keys(components));
    assert.deepEqual([partsOf({}), partsOf({ is_input: true })], [[['mode']], [['mode'], ['active']]]);
});

test('only what has changed is told, and what is no more is taken back', () => {
    const first = newsOf(ALL, {});
    assert.equal(first.news.length, Object.keys(ALL).length);
    assert.deepEqual(newsOf(ALL, first.told).news, []);
    const fewer = announced({ cameras: CAMERAS, devices: { ...DEVICES, devices: [] } }, 'hw');
    assert.deepEqual(newsOf(fewer, first.told).news, DEVICES.devices.map(({ id }) => [`homeassistant/device/hearthwatch_device_${id}/config`, '']));
});

test('its commands are put into our words', () => {
    const mode = meaning('homeassistant/mode/set', 'ARM_AWAY');
    assert.deepEqual([mode.word, mode.fields.mode_id, mode.fields.by], ['mode/set', 'away', 'Home Assistant']);
    const off = meaning('homeassistant/output/siren-1/set', 'OFF');
    assert.deepEqual([off.word, off.fields.device_id, off.fields.on], ['output/siren-1/ask', 'siren-1', false]);
});

test('what is no command is refused in words, and nothing an object knows by birth is one', () => {
    for (const [topic, text] of [['homeassistant/mode/set', 'OPEN'], ['homeassistant/mode/set', 'constructor'], ['homeassistant/output/x/set', 'toString'], ['homeassistant/else', 'ON']]) {
        assert.throws(() => meaning(topic, text), /no command, on homeassistant\//);
    }
});

test('the alarm panel says that it waits: pending before arming, and both before the mode', () => {
    const { value_template: template } = ALL['homeassistant/device/hearthwatch_house/config'].components.mode;
    assert.match(template, /^{{ 'pending' if value_json\.pending_until else 'arming' if value_json\.arming else {"disarmed":"disarmed",.*}\.get\(value_json\.mode_id, .*\) }}$/);
});
