'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { planFor } = require('../rules/camera-plan');
const { example } = require('./examples');

const image = (camera_id) => example('image-new', { camera_id });
const config = example('config-cameras');

test('a camera whose plan is to detect has its picture looked at', () => {
    assert.deepEqual(planFor(image('front-door'), config), {
        plan: 'detect', name: 'Front Door', reasons: ['Front Door is set to have its pictures looked at'],
    });
});

test('a camera whose plan is to keep has its picture kept without a look', () => {
    assert.deepEqual(planFor(image('garden'), config), {
        plan: 'keep', name: 'Garden', reasons: ['Garden is set to keep pictures without a look'],
    });
});

test('a camera that is not known yet is looked at, and the reason says so', () => {
    const expected = { plan: 'detect', name: 'shed', reasons: ['camera not in the configuration yet: looked at'] };
    assert.deepEqual(planFor(image('shed'), config), expected);
    assert.deepEqual(planFor(image('shed'), null), expected);
});

test('a camera is known by its whole id, never by a part of it', () => {
    assert.equal(planFor(image('garden-2'), config).plan, 'detect');
    assert.equal(planFor(image('gard'), config).name, 'gard');
});

test('a very long name leaves the reason within what the contract allows', () => {
    const cameras = [{ ...config.cameras[0], name: 'x'.repeat(400) }];
    assert.ok(planFor(image('front-door'), { ...config, cameras }).reasons[0].length <= 300);
});
