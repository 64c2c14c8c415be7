'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { judge } = require('../rules/departures');
const { check } = require('../rules/contracts');
const { example } = require('./examples');

const config = example('config-cameras');
const departed = (changes = {}) => example('sighting-departed', changes);

test('a departure that somebody asks about is told, with how long it was there', () => {
    const gone = departed();
    assert.deepEqual(judge(gone, config), {
        name: 'Front Door', rule: `departure-${gone.sighting_id}`, labels: [{ label: 'car gone', score: 1 }],
        reasons: ['car has left Front Door after 12 h 18 min, and you want to be told of that'],
    });
});

test('a departure that nobody asks about is passed over', () => {
    assert.equal(judge(departed({ label: 'person' }), config), null);
    assert.equal(judge(departed({ camera_id: 'garden' }), config), null);
});

test('nobody has asked about a camera that is not known yet, nor in a configuration from before departures', () => {
    const older = { ...config, cameras: config.cameras.map(({ departure_labels, ...camera }) => camera) };
    assert.equal(judge(departed(), null), null);
    assert.equal(judge(departed(), older), null);
});

test('two things that go with the same last picture are told by rules of their own', () => {
    const other = departed({ sighting_id: '019aa0f4-1d40-7b13-9c3e-2f1d0b7a9e99' });
    assert.notEqual(judge(departed(), config).rule, judge(other, config).rule);
});

test('the longest label still makes a request that keeps its contract', () => {
    const label = 'x'.repeat(64);
    const cameras = [{ ...config.cameras[0], name: 'y'.repeat(400), departure_labels: [label] }];
    const { rule, labels, reasons } = judge(departed({ label }), { ...config, cameras });
    const request = example('alert-request', { rule, labels, reasons });
    assert.equal(check('alert-request', request), request);
});
