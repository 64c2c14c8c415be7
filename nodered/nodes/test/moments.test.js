'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { began, clock, lasting } = require('../rules/moments');

const NOON = new Date(2026, 10, 20, 12, 0).getTime();
const MINUTE = 60_000;

test('an id tells when its thing began', () => {
    assert.equal(new Date(began('019aa0f4-7c2f-7b11-9c3e-2f1d0b7a9e56')).toISOString(), '2025-11-20T11:09:28.495Z');
});

test('a moment of the last day is told by its time, an older one with its weekday', () => {
    assert.equal(clock(NOON, NOON + 23 * 60 * MINUTE), '12:00');
    assert.equal(clock(NOON, NOON + 25 * 60 * MINUTE), 'Fri 12:00');
});

test('another zone has another clock', () => {
    const noon = Date.parse('2026-11-20T12:00:00Z');
    assert.deepEqual([clock(noon, noon, 'Asia/Tokyo'), clock(noon, noon + 26 * 60 * MINUTE, 'UTC')], ['21:00', 'Fri 12:00']);
});

test('a time is told in two units at most', () => {
    const told = [-5, 40_000, 12 * MINUTE, 120 * MINUTE, 185 * MINUTE, 52 * 60 * MINUTE].map(lasting);
    assert.deepEqual(told, ['0 s', '40 s', '12 min', '2 h', '3 h 5 min', '2 d 4 h']);
});
