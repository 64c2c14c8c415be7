'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { judge } = require('../rules/plate-alerts');
const { example } = require('./examples');

const config = example('config-cameras');
const [{ id, name }] = config.cameras;
const [anna] = example('image-plates').settled;
const settled = (...changes) => example('image-plates', { camera_id: id, settled: changes.map((one) => ({ ...anna, ...one })) });

test('a known plate is told, in words for people', () => {
    assert.deepEqual(judge(settled({}), config), {
        name, tell: true, labels: [{ label: 'known plate BAB123 (Anna)', score: 0.94 }], reasons: ['BAB123 (Anna) is a known plate'],
    });
});

test('a denied plate is told, also without an owner', () => {
    const verdict = judge(settled({ standing: 'deny', owner: null }), config);
    assert.deepEqual([verdict.tell, verdict.labels[0].label, verdict.reasons], [true, 'denied plate BAB123', ['BAB123 is a denied plate']]);
});

test('an allowed plate is not told, and the reason says why', () => {
    const verdict = judge(settled({ standing: 'allow' }), config);
    assert.equal(verdict.tell, false);
    assert.deepEqual(verdict.reasons, ['BAB123 (Anna) is allowed to come: nobody is told of it']);
    assert.equal(verdict.labels[0].label, 'allowed plate BAB123 (Anna)');
});

test('a picture that settles several gives one verdict, on those that are told of', () => {
    const verdict = judge(settled({ standing: 'allow', text: 'A1' }, { standing: 'deny', text: 'B2', owner: null }), config);
    assert.deepEqual([verdict.tell, verdict.labels.map(({ label }) => label)], [true, ['denied plate B2']]);
    assert.deepEqual(verdict.reasons, ['B2 is a denied plate', 'A1 (Anna) is allowed to come: nobody is told of it']);
});

test('the same plate on two vehicles is named once', () => {
    assert.deepEqual(judge(settled({ score: 0.5 }, { score: 0.75 }), config).labels, [{ label: 'known plate BAB123 (Anna)', score: 0.75 }]);
});

test('a plate that nobody has named needs no decision, nor does a picture that settles nothing', () => {
    assert.equal(judge(settled({ standing: 'unknown', owner: null }), config), null);
    assert.equal(judge(settled(), config), null);
    assert.equal(judge(example('image-plates', { outcome: 'failed', error: 'damaged' }), config), null);
});

test('a camera that is not known yet is named by its id', () => {
    assert.equal(judge(settled({}), null).name, id);
});

test('an owner with a very long name still fits the message', () => {
    const { labels, reasons } = judge(settled({ owner: 'x'.repeat(120), text: 'ABCDEFGH12345678' }), config);
    assert.equal(labels[0].label.length, 64);
    assert.ok(reasons[0].length <= 300);
});
