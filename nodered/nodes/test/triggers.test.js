'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { triggerOf } = require('../rules/triggers');
const { arrival, event } = require('./house');

const of = (message) => {
    const trigger = triggerOf(message);
    return trigger && [trigger.source, trigger.kind, trigger.moment];
};

test('what a device reports is a trigger, and so is that it stays active, or is quiet again', () => {
    assert.deepEqual(of(event()), ['event', 'device', 'trigger']);
    assert.deepEqual(of(event({ kind: 'device_escalated' })), ['event', 'device', 'escalation']);
    assert.deepEqual(of(event({ kind: 'device_quiet' })), ['event', 'device', 'quiet']);
});

test('the panic button is a trigger without a device', () => {
    assert.deepEqual(of(event({ kind: 'panic', device_id: null })), ['event', 'panic', 'trigger']);
});

test('an arrival is a trigger at its camera, with its label and zones, as of its picture', () => {
    const { sighting_id, camera_id, label, zones, arrived_at } = arrival();
    assert.deepEqual(triggerOf(arrival()), {
        source: 'sighting', trigger_id: sighting_id, kind: 'camera', device_id: null, camera_id, label, zones, detail: null,
        moment: 'trigger', triggered_at: arrived_at,
    });
});

test('other events trigger nothing, whatever their kind is called', () => {
    assert.deepEqual(['camera_silent', 'device_new', 'device_stale', 'reading', 'constructor', '__proto__'].map((kind) => of(event({ kind }))), Array(6).fill(null));
    assert.equal(of(event({ device_id: null })), null);
});
