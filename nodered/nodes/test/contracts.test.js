'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const contracts = require('../rules/contracts');
const { envelope, uuid7 } = require('../rules/envelope');
const { example, names } = require('./examples');

const NOON = Date.parse('2026-11-20T12:00:00.123Z');
const random = () => crypto.randomBytes(10);

test('there is an example of every contract, and a contract for every example', () => {
    assert.deepEqual(contracts.names(), names().sort());
});

for (const name of names()) {
    test(`the example ${name} keeps its contract`, () => {
        assert.deepEqual(contracts.check(name, example(name)), example(name));
    });
}

test('a message that breaks its contract is refused, and the text says which field', () => {
    assert.throws(() => contracts.check('image-new', example('image-new', { camera_id: 'Front Door' })), /image-new: camera_id must match/);
    assert.throws(() => contracts.check('image-new', example('image-new', { typo: 1 })), /additional properties \(typo\)/);
    assert.throws(() => contracts.check('image-new', example('image-new', { captured_at: 'yesterday' })), /captured_at must match format/);
    assert.throws(() => contracts.check('image-new', null), /the payload must be object/);
});

test('a contract that does not exist is named, with those that do', () => {
    assert.throws(() => contracts.check('image-old', {}), /no contract named image-old; there are: alert-decision/);
});

test('the envelope is filled from the clock', () => {
    const message = envelope({}, NOON, random());
    assert.equal(message.at, '2026-11-20T12:00:00.123000Z');
    assert.deepEqual(contracts.check('chore-nightly', message), message);
});

test('an id is a UUIDv7 of its moment', () => {
    const id = uuid7(NOON, random());
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(parseInt(id.replaceAll('-', '').slice(0, 12), 16), NOON);
    assert.notEqual(id, uuid7(NOON, random()));
});
