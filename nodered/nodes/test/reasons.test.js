'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { cut, listed, shorten } = require('../rules/reasons');

const LONG = '🚪'.repeat(400);

test('what is too long is cut between signs, never within one', () => {
    for (const text of [cut(LONG), shorten(LONG), shorten(`x${LONG}`), ...listed([LONG])]) {
        assert.ok(text.isWellFormed());
        assert.ok([...text].length <= 300);
    }
    assert.ok(shorten(LONG).endsWith('…'));
});

test('what fits stays as it is', () => {
    assert.equal(shorten('it is 3 min old'), 'it is 3 min old');
    assert.equal(shorten('🚪'.repeat(300)), '🚪'.repeat(300));
});

test('a reason is said once, and at most twelve are', () => {
    assert.deepEqual(listed(['a', 'b', 'a']), ['a', 'b']);
    assert.equal(listed(Array.from({ length: 20 }, (_, number) => `${number}`)).length, 12);
});
