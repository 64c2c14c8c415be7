'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { judge, HAPPENINGS } = require('../rules/happenings');
const { check } = require('../rules/contracts');
const { example } = require('./examples');

const config = example('config-cameras');
const event = (changes = {}) => example('event-new', changes);

test('a camera that falls silent is a happening, in the words of its event', () => {
    const text = 'Front Door has sent nothing for 10 minutes.';
    assert.deepEqual(judge(event(), config), { name: 'Front Door', rule: 'camera_silent', text, reasons: [text] });
});

test('each kind that people are told of asks, and names itself as the rule', () => {
    for (const kind of Object.keys(HAPPENINGS)) {
        assert.equal(judge(event({ kind }), config).rule, kind);
    }
});

test('an event of another kind is passed over', () => {
    for (const kind of ['motion', 'disk_full', 'device_active', 'constructor', '__proto__']) {
        assert.equal(judge(event({ kind }), config), null);
    }
});

test('a happening without a camera goes by what it is', () => {
    assert.equal(judge(event({ kind: 'node_silent', camera_id: null }), null).name, 'nodes that fall silent');
});

test('an event without words, and one with very many, still make a request that keeps its contract', () => {
    for (const detail of ['', ' ', 'x'.repeat(5000)]) {
        const { name, ...fields } = judge(event({ detail }), null);
        assert.equal(name, 'front-door');
        check('alert-request', example('alert-request', { image_id: null, event_id: event().event_id, labels: [], people: null, ...fields }));
    }
});
