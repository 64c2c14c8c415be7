'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { pathOf, valueAt } = require('../rules/value-template');

test('the simple templates say where a value stands', () => {
    const forms = {
        '{{ value }}': [], '{{value}}': [], '{{ value_json.door }}': ['door'], "{{ value_json['a door'].open }}": ['a door', 'open'],
        '{{- value_json.list[2]["x"] -}}': ['list', '2', 'x'],
    };
    Object.entries(forms).forEach(([template, path]) => assert.deepEqual(pathOf(template), path, template));
    assert.deepEqual([pathOf(undefined), pathOf(null)], [[], []]);
});

test('whatever else a template does is not guessed', () => {
    const others = ['', '{{ value | float }}', "{{ 'ON' if value_json.x else 'OFF' }}", '{{ value_json }}', '{{ value_json.a + 1 }}', '{% if value %}', `{{ value_json.${'x'.repeat(300)} }}`, `{{ value_json${'.a'.repeat(9)} }}`, 7, {}];
    others.forEach((template) => assert.equal(pathOf(template), null, String(template)));
});

test('a value is written as Home Assistant writes it', () => {
    const text = JSON.stringify({ door: true, bad: false, power: 21.5, name: 'x', none: null, more: { list: [7] } });
    const said = (...path) => valueAt(path, text);
    assert.deepEqual([said('door'), said('bad'), said('power'), said('name')], ['True', 'False', '21.5', 'x']);
    assert.deepEqual([said('none'), said('more'), said('else'), said('more', 'list', '0')], [undefined, undefined, undefined, '7']);
    assert.equal(valueAt([], ' ON\n'), 'ON');
});

test('what a message does not hold itself, or cannot be read, is nothing', () => {
    assert.deepEqual(['constructor', '__proto__', 'length'].map((step) => valueAt([step], '{}')), [undefined, undefined, undefined]);
    assert.deepEqual([valueAt(['a'], '{broken'), valueAt(['a'], 'null'), valueAt([], 'x'.repeat(70_000))], [undefined, undefined, undefined]);
});
