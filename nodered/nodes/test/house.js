'use strict';
/** A house with a PIR, a siren and some rules, for the tests of rules; and what triggers there. */

const { example } = require('./examples');

const NOW = Date.parse('2026-11-20T08:08:50Z');
const NIGHTS = '019aa0f4-7c2f-7d01-8c3e-2f1d0b7a9e56';
const PLATE = '019aa0f4-7c2f-7e01-8c3e-2f1d0b7a9e56';
const DEVICE = { kind: 'pir', location: null, is_input: true, is_output: false, enabled: true, group: null, schedule_id: null, is_new: false };
const INPUT = { kind: 'device', id: null, moment: 'trigger', labels: null, zones: null, standings: null, plates: null, details: null };
const ACTION = { kind: 'switch', id: 'siren', on: true, seconds: 30, text: null, people: null };

const idOf = (number) => `019aa0f4-7c2f-7070-8a11-${String(number).padStart(12, '0')}`;
const device = (id, name, changes = {}) => ({ ...DEVICE, id, name, ...changes });
const output = (id, name, changes = {}) => device(id, name, { kind: 'siren', is_input: false, is_output: true, ...changes });
const input = (changes) => ({ ...INPUT, ...changes });
const action = (changes) => ({ ...ACTION, ...changes });

/** A rule: switch on the siren for 30 s when the PIR triggers, at any time and in every mode, but for `changes`. */
function rule(changes = {}, number = 1) {
    const inputs = [input({ id: 'pir' })];
    return { id: idOf(number), name: `Rule ${number}`, enabled: true, inputs, within_s: null, modes: null, schedule_id: null, actions: [action()], ...changes };
}

const DEVICES = [device('pir', 'Garage PIR', { group: 'Ground floor' }), output('siren', 'Siren'), output('lamp', 'Lamp', { group: 'Yard' }),
    output('horn', 'Horn', { group: 'Yard' })];

/** All that is known there. The mode is home; what is in `devices` takes the place of the one with its id. */
function house(links, { modeId = 'home', devices = [], schedules = example('config-schedules') } = {}) {
    const others = DEVICES.filter(({ id }) => !devices.some((one) => one.id === id));
    return {
        links: example('config-links', { links }),
        devices: example('config-devices', { devices: [...others, ...devices] }),
        cameras: example('config-cameras'),
        mode: example('mode-state', { mode_id: modeId, name: modeId[0].toUpperCase() + modeId.slice(1) }),
        schedules,
    };
}

const event = (changes = {}) => example('event-new', {
    kind: 'device_active', device_id: 'pir', camera_id: null, node_id: null, detail: 'motion', happened_at: new Date(NOW - 1000).toISOString(), ...changes });
const arrival = (changes = {}) => example('sighting-arrived', changes);

module.exports = { NOW, NIGHTS, PLATE, house, rule, input, action, device, output, event, arrival };
