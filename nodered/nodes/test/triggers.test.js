'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { triggerOf } = require('../rules/triggers');
const { PLATE, arrival, event } = require('./house');

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
        of_group: null, plate_id: null, standing: null, moment: 'trigger', triggered_at: arrived_at,
    });
});

test('what a camera reports is a trigger at it, with its detail', () => {
    const moving = triggerOf(event({ kind: 'motion', device_id: null, camera_id: 'front-door', detail: 'moving' }));
    assert.deepEqual([moving.source, moving.kind, moving.camera_id, moving.device_id, moving.detail], ['event', 'camera_event', 'front-door', null, 'moving']);
    assert.deepEqual(of(event({ kind: 'light', camera_id: 'front-door' })), ['event', 'camera_event', 'trigger']);
    assert.equal(of(event({ kind: 'light', node_id: 'porch-pi' })), null, 'a node that reports light is no camera');
});

test('a plate is a trigger at its camera, with what it was to its owner', () => {
    const plate = { sighting_id: PLATE, camera_id: 'front-door', device_id: null, plate_id: PLATE, standing: 'deny', detail: 'denied plate BAB123' };
    const trigger = triggerOf(event({ kind: 'plate', ...plate }));
    assert.deepEqual([trigger.kind, trigger.camera_id, trigger.plate_id, trigger.standing], ['plate', 'front-door', PLATE, 'deny']);
    assert.deepEqual(of(event({ kind: 'plate_unknown', ...plate })), ['event', 'plate', 'trigger']);
});

test('a device tells whether it is the first or the last of its group', () => {
    assert.deepEqual([event({ of_group: 'first' }), event()].map((message) => triggerOf(message).of_group), ['first', null]);
});

test('other events trigger nothing, whatever their kind is called', () => {
    assert.deepEqual(['camera_silent', 'device_new', 'device_stale', 'reading', 'constructor', '__proto__'].map((kind) => of(event({ kind }))), Array(6).fill(null));
    assert.equal(of(event({ device_id: null })), null);
});
