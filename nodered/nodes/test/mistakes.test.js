'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { notice, PAUSE_MS, readMistake } = require('../rules/mistakes');

const NOON = Date.parse('2026-11-20T12:00:00Z');
const mistake = (changes = {}) => ({ source: 'a1', node: 'camera plan', text: 'it broke', tab: 'Pictures', ...changes });

test('the first mistake is told at once, with its tab and node', () => {
    assert.deepEqual(notice({}, mistake(), NOON).report, {
        kind: 'flow_error', camera_id: null, node_id: null,
        detail: 'it broke. Node-RED, tab Pictures, node “camera plan”.', happened_at: '2026-11-20T12:00:00.000000Z',
    });
});

test('more mistakes of the same node are counted, and told after the pause', () => {
    let memory = notice({}, mistake(), NOON).memory;
    for (const second of [1, 2, 3]) {
        const next = notice(memory, mistake(), NOON + second * 1000);
        assert.equal(next.report, null);
        memory = next.memory;
    }
    assert.match(notice(memory, mistake(), NOON + PAUSE_MS).report.detail, /\(and 3 more before\)/);
});

test('another node is told at once', () => {
    const { memory } = notice({}, mistake(), NOON);
    assert.notEqual(notice(memory, mistake({ source: 'b2' }), NOON + 1).report, null);
});

test('a very long text is cut, and still ends with where it happened', () => {
    const { detail } = notice({}, mistake({ text: 'x'.repeat(2000) }), NOON).report;
    assert.equal(detail.length, 500);
    assert.match(detail, /node “camera plan”\.$/);
});

test('what a catch node says is read, also when it says little', () => {
    const error = { message: 'Error: it broke', source: { id: 'a1', type: 'mqtt in', name: 'a new picture' } };
    assert.deepEqual(readMistake(error, 'Pictures'), { source: 'a1', node: 'a new picture', text: 'it broke', tab: 'Pictures' });
    assert.deepEqual(readMistake(undefined, 'Pictures'), { source: 'unknown', node: 'unknown', text: 'no text', tab: 'Pictures' });
});
