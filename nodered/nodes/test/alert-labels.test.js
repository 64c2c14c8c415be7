'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { judge } = require('../rules/alert-labels');
const { example } = require('./examples');

const config = example('config-cameras');
const seen = (...pairs) => pairs.map(([label, score]) => ({ label, score, box: [0, 0, 1, 1] }));
const detected = (detections, changes = {}) => example('image-detected', { detections, ...changes });

test('a label among the alert labels of the camera is told, and the reason names both', () => {
    assert.deepEqual(judge(detected(seen(['person', 0.871])), config), {
        name: 'Front Door', tell: true, labels: [{ label: 'person', score: 0.871 }],
        reasons: ['person (87 %) is an alert label of Front Door'],
    });
});

test('other labels are not told, and each has its reason', () => {
    assert.deepEqual(judge(detected(seen(['car', 0.9], ['dog', 0.5])), config), {
        name: 'Front Door', tell: false, labels: [{ label: 'car', score: 0.9 }, { label: 'dog', score: 0.5 }],
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
