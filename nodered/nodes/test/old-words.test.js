'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { COUNTED, objects, plates } = require('../rules/old-words');
const contracts = require('../rules/contracts');
const { example } = require('./examples');

const NOON = Date.parse('2026-11-20T12:05:07.123Z');
const IMAGE = 'Drive-PiCam-2026-11-20T09.08.49.620000.jpg';
const counts = (found) => objects.translate(IMAGE, example('answer-objects', { counts: found }), NOON);
const read = (changes = {}) => plates.translate(IMAGE, example('answer-plates', changes), NOON);

test('the nine classes are always counted, and every other one that was found', () => {
    assert.deepEqual(counts({ person: 1, umbrella: 3 }), {
        bird: 0, dog: 0, cat: 0, person: 1, car: 0, bicycle: 0, bus: 0, motorbike: 0, truck: 0, umbrella: 3, filename: IMAGE, isfile: true,
    });
});

test('a motorcycle is a motorbike there', () => {
    assert.equal(counts({ motorcycle: 2 }).motorbike, 2);
    assert.equal('motorcycle' in counts({ motorcycle: 2 }), false);
});

test('whatever is found, each class and each thing of it is in the answer', () => {
    for (let round = 0; round < 500; round += 1) {
        const found = someCounts();
        contracts.check('answer-objects', example('answer-objects', { counts: found }));
        const { filename, isfile, ...told } = JSON.parse(JSON.stringify(counts(found)));
        assert.deepEqual([filename, isfile], [IMAGE, true]);
        assert.ok(COUNTED.every((label) => told[label] >= 0));
        for (const [label, count] of Object.entries(found).filter(([one]) => !/^motor/.test(one))) {
            assert.equal(told[label] ?? 0, count, label);
        }
        assert.equal(told.motorbike, (found.motorcycle ?? 0) + (found.motorbike ?? 0));
        assert.equal(sum(told), sum(found));
    }
});

/** Up to ten labels: of the nine, others that models know, and ones that nobody has thought of. */
function someCounts() {
    const known = [...COUNTED, 'motorcycle', 'umbrella', 'traffic light', '__proto__', 'constructor'];
    const label = () => (crypto.randomInt(3) ? known[crypto.randomInt(known.length)] : crypto.randomBytes(4).toString('latin1'));
    return Object.fromEntries(Array.from({ length: crypto.randomInt(11) }, () => [label(), crypto.randomInt(1, 50)]));
}

const sum = (numbers) => Object.values(numbers).reduce((total, one) => total + one, 0);

test('a picture that is not there, could not be looked at or was not in time has the short form', () => {
    const short = { filename: IMAGE, isfile: false };
    assert.deepEqual(objects.translate(IMAGE, example('answer-objects', { state: 'unknown', counts: {} }), NOON), short);
    assert.deepEqual(objects.translate(IMAGE, example('answer-objects', { state: 'failed', counts: {} }), NOON), short);
    assert.deepEqual(objects.translate(IMAGE, null, NOON), short);
});

test('the last part of the path is the name that is asked for', () => {
    assert.deepEqual(objects.names(`/home/pi/imagehub_data/images/2026-11-20/${IMAGE}`), [IMAGE]);
    assert.deepEqual(objects.names(IMAGE), [IMAGE]);
    assert.deepEqual(objects.names('/home/pi/'), ['']);
    assert.deepEqual(plates.names({ filename: [`/a/${IMAGE}`, 'b.jpg'] }), [IMAGE, 'b.jpg']);
});

test('a question in another form is a mistake that says what is wanted', () => {
    assert.throws(() => objects.names({ filename: 'a.jpg' }), /the path of a picture as plain text/);
    for (const payload of [null, 'a.jpg', {}, { filename: [] }, { filename: 'a.jpg' }, { filename: [7] }]) {
        assert.throws(() => plates.names(payload), /must ask for plates with \{"filename": \[path, …\]\}/);
    }
});

test('a plate is told as Plate Recognizer tells it', () => {
    assert.deepEqual(read(), {
        processing_time: 318.4,
        results: [{
            box: { xmin: 525, ymin: 518, xmax: 666, ymax: 554 },
            plate: 'bab123',
            region: { code: 'unknown', score: 0 },
            score: 0.94,
            candidates: [{ score: 0.94, plate: 'bab123' }, { score: 0.41, plate: '8ab123' }],
            dscore: 0.94,
            vehicle: { score: 0.88, type: 'car', box: { xmin: 384, ymin: 288, xmax: 896, ymax: 612 } },
        }],
        filename: `1205_c0e02_${IMAGE}`,
        version: 1,
        camera_id: null,
        timestamp: '2026-11-20T12:05:07.123000Z',
    });
});

test('old flows find the picture behind exactly eleven characters', () => {
    for (const answer of [example('answer-plates'), { state: 'unknown', plates: [] }, null]) {
        assert.equal(plates.translate(IMAGE, answer, NOON).filename.slice(11), IMAGE);
    }
    assert.equal(read().filename.slice(11, 60), IMAGE);
});

test('without a plate the results are empty', () => {
    assert.deepEqual(read({ plates: [], took_ms: null }).results, []);
    assert.equal(plates.translate(IMAGE, null, NOON).processing_time, 0);
});

test('a region, and a plate on no vehicle, in a picture of unknown size', () => {
    const [plate] = example('answer-plates').plates;
    const [told] = read({ width: null, height: null, plates: [{ ...plate, region: 'us-tx', vehicle: null }] }).results;
    assert.deepEqual(told.region, { code: 'us-tx', score: 0.94 });
    assert.equal(told.box, null);
    assert.deepEqual(told.vehicle, { score: 0, type: 'Unknown', box: null });
});
