'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { answered, begun, due, nextDue, WAITING_MAX } = require('../rules/old-questions');
const { objects, plates } = require('../rules/old-words');
const { example } = require('./examples');

const NOON = Date.parse('2026-11-20T12:00:00Z');
const LIMIT = 60_000;

/** Asks like our services are asked; `asked` are the names in their order, and each id is its number. */
function asking() {
    const asked = [];
    return { asked, ask: (name) => String(asked.push(name)) };
}

const reply = (ask_id, name, state, changes = {}) => example('answer-objects', { ask_id, name, state, counts: {}, error: null, ...changes });
const plateReply = (ask_id, name, state, more = {}) => example('answer-plates', { ask_id, name, state, plates: [], error: null, ...more });
const seen = () => ({ plates: example('answer-plates').plates });

test('a question is asked at once, and its answer ends it', () => {
    const { ask, asked } = asking();
    const { waiting, finished } = begun([], ['a.jpg'], NOON, ask, objects);
    assert.deepEqual([asked, finished, waiting.length], [['a.jpg'], [], 1]);
    const answer = reply('1', 'a.jpg', 'detected', { counts: { car: 1 } });
    assert.deepEqual(answered(waiting, answer, NOON, ask, objects), { waiting: [], finished: [{ name: 'a.jpg', answer, why: null }] });
});

test('what was not looked at yet is asked for again, less and less often', () => {
    const { ask, asked } = asking();
    let { waiting } = begun([], ['a.jpg'], NOON, ask, objects);
    const pauses = [];
    for (let now = NOON; now < NOON + LIMIT - 1;) {
        assert.equal(answered(waiting, reply(String(asked.length), 'a.jpg', 'waiting'), now, ask, objects).waiting, waiting);
        const next = nextDue(waiting, LIMIT);
        pauses.push((next - now) / 1000);
        now = next;
        ({ waiting } = due(waiting, now, LIMIT, ask));
    }
    assert.deepEqual(pauses, [1, 2, 4, 8, 8, 8, 8, 8, 8, 5]);
    assert.equal(asked.length, 10);
});

test('an answer to an earlier asking of the same question counts', () => {
    const { ask } = asking();
    const first = begun([], ['a.jpg'], NOON, ask, objects).waiting;
    const again = due(first, NOON + 1000, LIMIT, ask).waiting;
    assert.equal(answered(again, reply('1', 'a.jpg', 'detected'), NOON, ask, objects).finished.length, 1);
});

test('after the limit it is answered that nothing is known, and why', () => {
    const { ask } = asking();
    const { waiting } = begun([], ['a.jpg'], NOON, ask, objects);
    assert.deepEqual(due(waiting, NOON + LIMIT, LIMIT, ask), {
        waiting: [], finished: [{ name: 'a.jpg', answer: null, why: 'no outcome within 60 s' }],
    });
    assert.equal(nextDue([], LIMIT), null);
});

test('an answer that comes twice, too late, or to somebody else changes nothing', () => {
    const { ask } = asking();
    const { waiting } = begun([], ['a.jpg'], NOON, ask, objects);
    assert.deepEqual(answered(waiting, reply('9', 'a.jpg', 'detected'), NOON, ask, objects), { waiting, finished: [] });
    assert.deepEqual(answered([], reply('1', 'a.jpg', 'detected'), NOON, ask, objects), { waiting: [], finished: [] });
});

test('a picture that is unknown is answered at once, and one that failed with the reason', () => {
    const { ask } = asking();
    const { waiting } = begun([], ['a.jpg'], NOON, ask, objects);
    assert.equal(answered(waiting, reply('1', 'a.jpg', 'unknown'), NOON, ask, objects).finished[0].why, null);
    assert.equal(answered(waiting, reply('1', 'a.jpg', 'failed', { error: 'cut short' }), NOON, ask, objects).finished[0].why, 'cut short');
});

test('the same picture asked for twice is answered twice', () => {
    const { ask } = asking();
    const first = begun([], ['a.jpg'], NOON, ask, objects).waiting;
    const both = begun(first, ['a.jpg'], NOON, ask, objects).waiting;
    const one = answered(both, reply('1', 'a.jpg', 'detected'), NOON, ask, objects);
    assert.deepEqual([one.finished.length, one.waiting.length], [1, 1]);
    assert.equal(answered(one.waiting, reply('2', 'a.jpg', 'detected'), NOON, ask, objects).finished.length, 1);
});

for (const name of ['', 'x'.repeat(256)]) {
    test(`a name of ${name.length} characters, which no picture has, is answered without asking`, () => {
        const { ask, asked } = asking();
        const { waiting, finished } = begun([], [name], NOON, ask, objects);
        assert.deepEqual([asked, waiting, finished.length], [[], [], 1]);
        assert.deepEqual([finished[0].name, finished[0].answer.state], [name, 'unknown']);
    });
}

test('the second picture is read only when no plate is in the first', () => {
    const { ask, asked } = asking();
    const { waiting } = begun([], ['a.jpg', 'b.jpg'], NOON, ask, plates);
    const first = answered(waiting, plateReply('1', 'a.jpg', 'read', seen()), NOON, ask, plates);
    assert.deepEqual([first.finished[0].name, asked], ['a.jpg', ['a.jpg']]);
    const onward = answered(waiting, plateReply('1', 'a.jpg', 'read'), NOON, ask, plates);
    assert.deepEqual([onward.finished, asked], [[], ['a.jpg', 'b.jpg']]);
    assert.equal(answered(onward.waiting, plateReply('2', 'b.jpg', 'read', seen()), NOON, ask, plates).finished[0].name, 'b.jpg');
    assert.equal(answered(onward.waiting, plateReply('2', 'b.jpg', 'read'), NOON, ask, plates).finished[0].name, 'b.jpg');
});

test('a second picture that is gone leaves the answer to the first, also after the limit', () => {
    const { ask } = asking();
    const { waiting } = begun([], ['a.jpg', 'b.jpg'], NOON, ask, plates);
    const onward = answered(waiting, plateReply('1', 'a.jpg', 'read'), NOON, ask, plates).waiting;
    const gone = answered(onward, plateReply('2', 'b.jpg', 'unknown'), NOON, ask, plates);
    assert.deepEqual([gone.waiting, gone.finished[0].name, gone.finished[0].why], [[], 'a.jpg', null]);
    const [late] = due(onward, NOON + LIMIT, LIMIT, ask).finished;
    assert.deepEqual([late.name, late.answer.state, late.why], ['a.jpg', 'read', 'no outcome within 60 s']);
});

test('a late answer to the first picture is not taken for the second', () => {
    const { ask } = asking();
    const begin = due(begun([], ['a.jpg', 'b.jpg'], NOON, ask, plates).waiting, NOON + 1000, LIMIT, ask).waiting;
    const onward = answered(begin, plateReply('1', 'a.jpg', 'read'), NOON, ask, plates).waiting;
    assert.deepEqual(answered(onward, plateReply('2', 'a.jpg', 'read', seen()), NOON, ask, plates).finished, []);
});

test('when too many wait, the oldest is answered that nothing is known', () => {
    const { ask } = asking();
    const finished = [];
    let waiting = [];
    for (let number = 0; number < WAITING_MAX + 2; number += 1) {
        const next = begun(waiting, [`${number}.jpg`], NOON + number, ask, objects);
        waiting = next.waiting;
        finished.push(...next.finished);
    }
    assert.equal(waiting.length, WAITING_MAX);
    assert.deepEqual(finished.map(({ name, answer }) => [name, answer]), [['0.jpg', null], ['1.jpg', null]]);
    assert.match(finished[0].why, /^more than 200 old questions wait/);
});
