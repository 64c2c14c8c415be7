'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { judge } = require('../rules/plates-wanted');
const { example } = require('./examples');

const seen = (...pairs) => pairs.map(([label, place]) => ({ label, score: 0.8, box: [0, 0, 1, 1], place }));
const detected = (detections, changes = {}) => example('image-detected', { detections, ...changes });

test('the first three pictures of a vehicle are read', () => {
    for (const label of ['car', 'truck', 'bus']) {
        assert.deepEqual(judge(detected(seen([label, 3]))), { wanted: true, reasons: [`${label}: picture 3 of its sighting`] });
    }
});

test('a vehicle that has been there longer is not read again, and the reason says so', () => {
    assert.deepEqual(judge(detected(seen(['car', 4]))), { wanted: false, reasons: ['car: 3 pictures of it were enough'] });
});

test('one new vehicle beside parked ones is enough, and is the reason', () => {
    assert.deepEqual(judge(detected(seen(['car', 900], ['truck', 1]))), { wanted: true, reasons: ['truck: picture 1 of its sighting'] });
});

test('how many pictures are read can be set', () => {
    assert.equal(judge(detected(seen(['car', 2])), 1).wanted, false);
    assert.equal(judge(detected(seen(['car', 9])), 10).wanted, true);
});

test('a vehicle without a sighting is read', () => {
    assert.deepEqual(judge(detected(seen(['car', 0]))), { wanted: true, reasons: ['car without a sighting'] });
});

test('people and animals bear no plates, and a look that failed shows nothing', () => {
    assert.equal(judge(detected(seen(['person', 1], ['dog', 1]))), null);
    assert.equal(judge(detected([])), null);
    assert.equal(judge(detected([], { outcome: 'failed', error: 'damaged' })), null);
});

test('a street full of cars gives no more reasons than a message may have', () => {
    assert.equal(judge(detected(seen(...Array.from({ length: 40 }, () => ['car', 1])))).reasons.length, 12);
});
