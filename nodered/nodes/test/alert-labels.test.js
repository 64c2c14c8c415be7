'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { judge } = require('../rules/alert-labels');
const { example } = require('./examples');

const config = example('config-cameras');
const BEGAN = '019aa0f4-7c2f-7b11-9c3e-2f1d0b7a9e56';
const thing = (label, score, changes = {}) => (
    { label, score, box: [0, 0, 1, 1], sighting_id: BEGAN, arrival: true, place: 1, zones: [], ...changes });
const seen = (...pairs) => pairs.map((pair) => thing(...pair));
const detected = (detections, changes = {}) => example('image-detected', { detections, ...changes });

test('a label among the alert labels of the camera is told, and the reason names both', () => {
    assert.deepEqual(judge(detected(seen(['person', 0.871])), config), {
        name: 'Front Door', tell: true, labels: [{ label: 'person', score: 0.871 }], zones: [],
        reasons: ['person (87 %) is an alert label of Front Door'],
    });
});

test('other labels are not told, and each has its reason', () => {
    assert.deepEqual(judge(detected(seen(['car', 0.9], ['dog', 0.5])), config), {
        name: 'Front Door', tell: false, labels: [{ label: 'car', score: 0.9 }, { label: 'dog', score: 0.5 }], zones: [],
        reasons: ['car is not an alert label of Front Door', 'dog is not an alert label of Front Door'],
    });
});

test('one alert label among others is enough, and only it is asked to be told', () => {
    const verdict = judge(detected(seen(['car', 0.9], ['person', 0.6])), config);
    assert.equal(verdict.tell, true);
    assert.deepEqual(verdict.labels, [{ label: 'person', score: 0.6 }]);
    assert.deepEqual(verdict.reasons, ['person (60 %) is an alert label of Front Door', 'car is not an alert label of Front Door']);
});

test('a label that is seen twice counts once, with its best score', () => {
    const verdict = judge(detected(seen(['person', 0.5], ['person', 0.8])), config);
    assert.deepEqual(verdict.labels, [{ label: 'person', score: 0.8 }]);
});

test('the zones are those in which something arrives of a label that is told, each once', () => {
    const verdict = judge(detected([
        thing('person', 0.8, { zones: ['Steps'] }), thing('person', 0.7, { zones: ['Drive', 'Steps'] }),
        thing('person', 0.6, { zones: ['Lawn'], arrival: false }), thing('car', 0.9, { zones: ['Street'] }),
    ]), config);
    assert.deepEqual(verdict.zones, ['Steps', 'Drive']);
});

test('an empty picture needs no decision', () => {
    assert.equal(judge(detected([]), config), null);
});

test('a look that failed needs no decision', () => {
    assert.equal(judge(detected(seen(['person', 0.9]), { outcome: 'failed' }), config), null);
});

test('a camera without alert labels tells nobody', () => {
    assert.equal(judge(detected(seen(['person', 0.9]), { camera_id: 'garden' }), config).tell, false);
});

test('a camera that is not known yet alerts on people, as a new camera does, and the reason says so', () => {
    const verdict = judge(detected(seen(['person', 0.9])), null);
    assert.equal(verdict.tell, true);
    assert.match(verdict.reasons[0], /^front-door is not in the configuration yet/);
    assert.equal(judge(detected(seen(['car', 0.9])), null).tell, false);
});

test('eighty labels stay within a dozen reasons', () => {
    const many = seen(...Array.from({ length: 80 }, (_, index) => [`label-${index}`, 0.5]));
    assert.equal(judge(detected(many), config).reasons.length, 12);
});

test('what is still there is not told again, and the reason says since when', () => {
    const verdict = judge(detected(seen(['person', 0.9, { arrival: false, place: 40 }])), config);
    assert.equal(verdict.tell, false);
    assert.deepEqual(verdict.labels, [{ label: 'person', score: 0.9 }]);
    assert.match(verdict.reasons[0], /^person is still there since (\w{3} )?\d\d:\d\d$/);
});

test('what was not yet seen often enough is not told, and the reason says how often', () => {
    const cameras = [{ ...config.cameras[0], seen_in: 2 }];
    const verdict = judge(detected(seen(['person', 0.9, { arrival: false }])), { ...config, cameras });
    assert.equal(verdict.tell, false);
    assert.deepEqual(verdict.reasons, ['person was seen in 1 of 2 pictures so far: it has not arrived yet']);
});

test('one who arrives beside one who is still there is told, with their own score', () => {
    const verdict = judge(detected(seen(['person', 0.9, { arrival: false, place: 40 }], ['person', 0.6])), config);
    assert.equal(verdict.tell, true);
    assert.deepEqual(verdict.labels, [{ label: 'person', score: 0.6 }]);
});

test('a detection from before there were sightings counts as an arrival', () => {
    const older = { sighting_id: null, arrival: false, place: 0 };
    assert.equal(judge(detected(seen(['person', 0.9, older])), config).tell, true);
});

test('a configuration from before there were sightings is enough', () => {
    const cameras = config.cameras.map(({ seen_in, departure_labels, zones, ...camera }) => camera);
    assert.equal(judge(detected(seen(['person', 0.9])), { ...config, cameras }).tell, true);
    assert.equal(judge(detected(seen(['person', 0.9, { arrival: false, place: 2 }])), { ...config, cameras }).tell, false);
});
