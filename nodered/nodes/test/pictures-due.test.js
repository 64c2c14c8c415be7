'use strict';
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { picturesDue } = require('../rules/pictures-due');

const NOON = Date.parse('2026-05-01T12:00:00Z');
const camera = (id, every, can = true) => ({ id, name: id.toUpperCase(), can_snapshot: can, snapshot_every_s: every });
const CONFIG = { cameras: [camera('drive', 60), camera('attic', 10), camera('door', null), camera('old', 5, false), { id: 'pi', name: 'Pi' }] };
const ids = ({ due }) => due.map(({ camera_id }) => camera_id);

test('at the start one picture of each camera that wants them is due, and of no other', () => {
    assert.deepEqual(ids(picturesDue(CONFIG, {}, NOON)), ['drive', 'attic']);
});

test('in each turn there is one picture, whenever it began', () => {
    let turns = {};
    const asked = { drive: 0, attic: 0 };
    for (let second = 3.4; second < 123; second += 1) {
        const found = picturesDue(CONFIG, turns, NOON + second * 1000);
        ids(found).forEach((id) => { asked[id] += 1; });
        ({ turns } = found);
    }
    assert.deepEqual(asked, { drive: 3, attic: 13 });
});

test('it says who asks, and until when the picture is wanted', () => {
    const [drive, attic] = picturesDue(CONFIG, {}, NOON).due;
    assert.deepEqual(drive, { camera_id: 'drive', name: 'DRIVE', asked_by: 'the schedule: every 60 s', expires: NOON + 60_000 });
    assert.equal(attic.expires, NOON + 10_000);
    const [quick] = picturesDue({ cameras: [camera('quick', 1)] }, {}, NOON).due;
    assert.equal(quick.expires, NOON + 10_000);
});

test('a clock that is put back asks once, and another pace begins at once', () => {
    const { turns } = picturesDue(CONFIG, {}, NOON);
    const back = picturesDue(CONFIG, turns, NOON - 3_600_000);
    assert.deepEqual(ids(back), ['drive', 'attic']);
    assert.deepEqual(ids(picturesDue(CONFIG, back.turns, NOON - 3_600_000 + 5000)), []);
    const faster = { cameras: [camera('drive', 30)] };
    assert.deepEqual(ids(picturesDue(faster, turns, NOON + 1000)), ['drive']);
});

test('a camera that is gone is forgotten', () => {
    const { turns } = picturesDue(CONFIG, {}, NOON);
    assert.deepEqual(picturesDue({ cameras: [] }, turns, NOON + 1000), { due: [], turns: {} });
});
