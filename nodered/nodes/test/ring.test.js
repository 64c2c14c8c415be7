'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { heard, idOf } = require('../rules/ring');

const PLACE = 'ring/3f2a/alarm';
const said = (rest, text) => heard(`${PLACE}/${rest}`, text);
const stands = (rest, text) => said(rest, text).signs.map(({ says, active, detail }) => [says.device_id, says.kind, active, detail]);

test('a sensor says in plain text whether it is active', () => {
    assert.deepEqual(stands('abc-1/contact/state', 'ON'), [['ring-abc-1-contact', 'contact', true, null]]);
    assert.deepEqual(stands('abc-1/co/state', 'OFF'), [['ring-abc-1-co', 'carbon_monoxide', false, null]]);
    assert.equal(said('abc-1/contact/state', 'maybe').signs[0].active, undefined);
});

test('its alarm sounds, and is armed: two inputs, that cannot be ordered', () => {
    assert.deepEqual(stands('panel/alarm/state', 'armed_away'), [
        ['ring-panel-alarm', 'alarm', false, null], ['ring-panel-armed', 'armed', true, 'armed away'],
    ]);
    assert.deepEqual(stands('panel/alarm/state', 'triggered').map(([, , active]) => active), [true, true]);
    assert.deepEqual(stands('panel/alarm/state', 'disarmed').map(([, , active]) => active), [false, false]);
    assert.ok(said('panel/alarm/state', 'armed_home').signs.every(({ says }) => says.is_input && !says.is_output));
});

test('attributes are a sign of life', () => {
    assert.deepEqual(stands('abc/motion/attributes', '{"batteryLevel": 90}'), [['ring-abc-motion', 'motion', undefined, undefined]]);
});

test('a status is of the device', () => {
    assert.deepEqual(said('abc/status', 'offline'), { device: 'abc', isThere: false, signs: [] });
    assert.deepEqual(said('abc/contact/status', 'online'), { device: 'abc', isThere: true, signs: [] });
});

test('commands, and subjects that are no inputs, say nothing', () => {
    assert.equal(said('panel/alarm/command', 'disarm'), null);
    assert.equal(heard('ring/3f2a', 'ON'), null);
    assert.deepEqual(said('abc/volume/state', '3').signs, []);
    assert.deepEqual(said('abc/constructor/state', 'ON').signs, []);
});

test('an id is made of the device and what it reports', () => {
    assert.equal(idOf('A1 B2', 'contact'), 'ring-a1-b2-contact');
});
