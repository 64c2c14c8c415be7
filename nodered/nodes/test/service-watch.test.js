'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { due, heard, nextDue, summary } = require('../rules/service-watch');
const { example } = require('./examples');

const HOLD = 10_000;
const NOON = Date.parse('2026-11-20T12:00:00Z');
const status = (state, changes = {}) => example('svc-status', { state, ...changes });
const offline = (memory = {}, at = NOON) => heard(memory, status('offline'), at).memory;
const silent = () => due(offline(), NOON + HOLD, HOLD).memory;

test('a service that is offline for the whole wait is told silent, from when it went', () => {
    const { reports } = due(offline(), NOON + HOLD, HOLD);
    assert.deepEqual(reports, [{
        kind: 'service_silent', camera_id: null, node_id: null,
        detail: 'The detector is not running: pictures wait to be looked at.', happened_at: '2026-11-20T12:00:00.000000Z',
    }]);
});

test('a quick restart tells nothing', () => {
    const { memory, reports } = heard(offline(), status('online'), NOON + 9_000);
    assert.deepEqual(reports, []);
    assert.deepEqual(due(memory, NOON + 20_000, HOLD).reports, []);
});

test('a service that is back is told with the time it was away', () => {
    const { memory, reports } = heard(silent(), status('online'), NOON + 42_000);
    assert.equal(reports[0].kind, 'service_back');
    assert.equal(reports[0].detail, 'The detector is back after 42 s.');
    assert.deepEqual(memory, {});
});

test('an online service that was never told silent tells nothing', () => {
    assert.deepEqual(heard({}, status('online'), NOON), { memory: {}, reports: [] });
});

test('a silence is told once, however often it is heard again', () => {
    const again = offline(silent(), NOON + 20_000);
    assert.deepEqual(due(again, NOON + 60_000, HOLD).reports, []);
});

test('hearing offline again does not begin the wait anew', () => {
    assert.equal(due(offline(offline(), NOON + 8_000), NOON + HOLD, HOLD).reports.length, 1);
});

test('two instances of a service are two, and the second is named', () => {
    const both = heard(offline(), status('offline', { instance: 'b' }), NOON).memory;
    const details = due(both, NOON + HOLD, HOLD).reports.map(({ detail }) => detail);
    assert.equal(details.length, 2);
    assert.match(details[1], /^The detector \(b\) /);
});

test('a service that nobody has heard of before is told too', () => {
    const memory = heard({}, status('offline', { service: 'recorder' }), NOON).memory;
    assert.equal(due(memory, NOON + HOLD, HOLD).reports[0].detail, 'The recorder is not running.');
});

test('the next moment to look is when the oldest wait ends, and none when nothing waits', () => {
    assert.equal(nextDue(offline(), HOLD), NOON + HOLD);
    assert.equal(nextDue(silent(), HOLD), null);
});

test('nothing is due before the wait is over', () => {
    assert.deepEqual(due(offline(), NOON + HOLD - 1, HOLD).reports, []);
});

test('what is offline when Node-RED itself starts has a longer wait', () => {
    const started = NOON + HOLD;
    assert.equal(nextDue(offline(), HOLD, started + 3 * HOLD), started + 3 * HOLD);
    assert.deepEqual(due(offline(), started + 3 * HOLD - 1, HOLD, started + 3 * HOLD).reports, []);
    assert.equal(due(offline(), started + 3 * HOLD, HOLD, started + 3 * HOLD).reports.length, 1);
});

test('a long silence is told in minutes', () => {
    assert.match(heard(silent(), status('online'), NOON + 7_200_000).reports[0].detail, /120 min/);
});

test('the summary names who is silent', () => {
    assert.equal(summary(silent()), 'silent: detector');
    assert.equal(summary(offline()), 'all running');
});
