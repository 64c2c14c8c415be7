'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { draftOf } = require('../rules/linked-outputs');
const { triggerOf } = require('../rules/triggers');
const { NOW, NIGHTS, PLATE, arrival, device, event, house, input, rule } = require('./house');

const draft = (message, links, changes, now = NOW) => draftOf(triggerOf(message), house(links, changes), now);
const heard = (message, ...inputs) => draft(message, inputs.map((one, index) => rule({ inputs: [one] }, index + 1))).links.map(({ name }) => name);
const person = (changes = {}) => arrival({ camera_id: 'front-door', label: 'person', zones: ['Steps'], arrived_at: new Date(NOW - 1000).toISOString(), ...changes });

test('a rule that listens to the device is among the links, with its place and what it does', () => {
    const one = rule({ within_s: 60, inputs: [input({ kind: 'camera', id: 'garden' }), input({ id: 'pir' })] });
    const { wants, said, reasons, links } = draft(event(), [one, rule({ inputs: [input({ id: 'siren' })] }, 2)]);
    assert.deepEqual([wants, said, reasons], [true, 'Garage PIR: motion', ['1 rule listens to Garage PIR']]);
    assert.deepEqual(links, [{ link_id: one.id, name: 'Rule 1', act: true, reasons: ['it listens to Garage PIR'], places: [1], within_s: 60, actions: one.actions }]);
});

test('where no rule listens the verdict says so', () => {
    const { wants, reasons, links } = draft(event(), []);
    assert.deepEqual([wants, reasons, links], [false, ['no rule listens to Garage PIR'], []]);
});

test('a rule listens to a device, to a group, or to any of them', () => {
    const inputs = [input({ id: 'pir' }), input({ id: null }), input({ kind: 'group', id: 'Ground floor' }), input({ kind: 'group', id: null }),
        input({ kind: 'group', id: 'Yard' }), input({ kind: 'camera' }), input({ kind: 'panic' }), input({ id: 'door' })];
    assert.deepEqual(heard(event(), ...inputs), ['Rule 1', 'Rule 2', 'Rule 3', 'Rule 4']);
});

test('a device without a group is in no group', () => {
    const alone = { devices: [device('pir', 'Garage PIR')] };
    assert.deepEqual(draft(event(), [rule({ inputs: [input({ kind: 'group', id: null })] })], alone).links, []);
});

test('a rule on an escalation does not listen to the trigger, nor the other way round', () => {
    const both = [input({ id: 'pir' }), input({ id: 'pir', moment: 'escalation' })];
    assert.deepEqual(heard(event(), ...both), ['Rule 1']);
    assert.deepEqual(heard(event({ kind: 'device_escalated' }), ...both), ['Rule 2']);
    assert.deepEqual(draft(event({ kind: 'device_escalated', detail: '' }), []).reasons, ['no rule listens to the escalation of Garage PIR']);
});

test('a rule on a camera is narrowed by labels and by zones', () => {
    const camera = (changes) => input({ kind: 'camera', id: 'front-door', ...changes });
    const inputs = [camera(), camera({ labels: ['person', 'car'] }), camera({ zones: ['Street', 'Steps'] }), camera({ id: null, labels: ['person'], zones: ['Steps'] }),
        camera({ labels: ['car'] }), camera({ zones: ['Street'] }), camera({ id: 'garden' }), camera({ labels: [] })];
    assert.deepEqual(heard(person(), ...inputs), ['Rule 1', 'Rule 2', 'Rule 3', 'Rule 4']);
});

test('a rule on what a camera reports is narrowed by its details', () => {
    const report = (changes) => input({ kind: 'camera_event', id: 'front-door', ...changes });
    const moving = event({ kind: 'motion', device_id: null, camera_id: 'front-door', detail: 'moving' });
    const inputs = [report(), report({ details: ['dark', 'moving'] }), report({ id: null, details: ['moving'] }), report({ details: ['still'] }),
        report({ id: 'garden' }), input({ kind: 'camera', id: 'front-door' }), input({ id: null })];
    assert.deepEqual(heard(moving, ...inputs), ['Rule 1', 'Rule 2', 'Rule 3']);
    const { said, reasons } = draft(moving, []);
    assert.deepEqual([said, reasons], ['Front Door: moving', ['no rule listens to moving at Front Door']]);
});

const plate = (standing, changes = {}) => event({
    kind: standing === 'unknown' ? 'plate_unknown' : 'plate', device_id: null, camera_id: 'front-door', plate_id: PLATE, standing, detail: 'known plate BAB123 (Anna)', ...changes });

test('a rule on plates is narrowed by what they are to their owner, or to some of them', () => {
    const at = (changes) => input({ kind: 'plate', id: 'front-door', ...changes });
    const inputs = [at(), at({ standings: ['known', 'allow'] }), at({ plates: [PLATE] }), at({ id: null, standings: ['deny'], plates: [PLATE] }),
        at({ standings: ['deny', 'unknown'] }), at({ plates: [NIGHTS] }), at({ id: 'garden' }), input({ kind: 'camera', id: 'front-door' }), at({ standings: [] })];
    assert.deepEqual(heard(plate('known'), ...inputs), ['Rule 1', 'Rule 2', 'Rule 3', 'Rule 4']);
    const unknown = plate('unknown', { plate_id: NIGHTS, detail: 'unknown plate XY99' });
    assert.deepEqual(heard(unknown, ...inputs), ['Rule 1', 'Rule 5', 'Rule 6']);
    const { said, reasons } = draft(unknown, []);
    assert.deepEqual([said, reasons], ['Front Door: unknown plate XY99', ['no rule listens to unknown plate XY99 at Front Door']]);
});

test('a plate that was read long ago opens nothing', () => {
    const old = plate('known', { happened_at: new Date(NOW - 180_000).toISOString() });
    const { wants, reasons } = draft(old, [rule({ inputs: [input({ kind: 'plate', id: null })] })]);
    assert.deepEqual([wants, reasons[0]], [false, 'it is 3 min old: rules act on the last 120 s']);
});

const inGroup = (changes) => input({ kind: 'group', id: 'Ground floor', ...changes });

test('the first of a group that is active is what a rule on the first listens to', () => {
    const inputs = [inGroup({ moment: 'first' }), inGroup(), inGroup({ moment: 'last' }), inGroup({ id: 'Yard', moment: 'first' }), input({ id: 'pir', moment: 'first' })];
    assert.deepEqual(heard(event({ of_group: 'first' }), ...inputs), ['Rule 1', 'Rule 2']);
    assert.deepEqual(heard(event(), ...inputs), ['Rule 2']);
});

test('the last of a group that is quiet is the one quiet that rules act on', () => {
    const inputs = [inGroup({ moment: 'first' }), inGroup(), inGroup({ moment: 'last' }), inGroup({ id: null, moment: 'last' })];
    const last = event({ kind: 'device_quiet', of_group: 'last', detail: 'away' });
    assert.deepEqual(heard(last, ...inputs), ['Rule 3', 'Rule 4']);
    assert.deepEqual(heard(event({ kind: 'device_quiet', detail: 'away' }), ...inputs), []);
    const { wants, moment, said, reasons } = draft(last, [rule({ inputs: [inputs[2]] })]);
    assert.deepEqual([wants, moment, said, reasons], [true, 'quiet', 'Garage PIR: away', ['1 rule listens to Garage PIR as the last of Ground floor']]);
    const old = draft({ ...last, happened_at: new Date(NOW - 180_000).toISOString() }, [rule({ inputs: [inputs[2]] })]);
    assert.deepEqual([old.wants, old.reasons[0]], [false, 'it is 3 min old: rules act on the last 120 s']);
});

test('an arrival is told by camera, label and zones', () => {
    const { said, reasons } = draft(person(), []);
    assert.deepEqual([said, reasons], ['Front Door: person in Steps', ['no rule listens to person at Front Door']]);
    assert.equal(draft(person({ camera_id: 'shed', zones: [] }), []).said, 'shed: person');
});

test('the panic button is heard by the rules on it', () => {
    const panic = event({ kind: 'panic', device_id: null, detail: 'Anna pressed it' });
    assert.deepEqual(heard(panic, input({ kind: 'panic' }), input({ id: null })), ['Rule 1']);
    assert.equal(draft(panic, []).said, 'Panic: Anna pressed it');
});

test('an input that is there twice is two places', () => {
    assert.deepEqual(draft(event(), [rule({ inputs: [input({ id: 'pir' }), input({ kind: 'group', id: 'Ground floor' })] })]).links[0].places, [0, 1]);
});

test('a rule that is switched off is named, and does not act', () => {
    assert.deepEqual(draft(event(), [rule({ enabled: false })]).links.map(({ act, reasons }) => [act, reasons]), [[false, ['it is switched off']]]);
});

test('what is older than 120 s acts on nothing', () => {
    const at = (seconds) => draft(event({ happened_at: new Date(NOW - seconds * 1000).toISOString() }), [rule()]);
    assert.deepEqual([at(120).wants, at(121).wants, at(-30).wants], [true, false, true]);
    assert.deepEqual(at(180).reasons, ['it is 3 min old: rules act on the last 120 s', '1 rule listens to Garage PIR']);
    assert.deepEqual(at(180).links.map(({ act, reasons }) => [act, reasons[0]]), [[false, 'it is 3 min old: rules act on the last 120 s']]);
});

test('a device that is switched off here acts on nothing', () => {
    const { wants, reasons } = draft(event(), [rule()], { devices: [device('pir', 'Garage PIR', { enabled: false })] });
    assert.deepEqual([wants, reasons[0]], [false, 'Garage PIR is switched off here']);
});

test('a device acts on nothing outside of its own schedule', () => {
    const byNight = { devices: [device('pir', 'Garage PIR', { schedule_id: NIGHTS })] };
    const { wants, reasons } = draft(event(), [rule()], byNight);
    assert.deepEqual([wants, reasons[0]], [false, 'Garage PIR is not armed: outside of Nights, next 23:30']);
    const night = Date.parse('2026-11-18T22:00:00Z');
    assert.equal(draft(event({ happened_at: new Date(night).toISOString() }), [rule()], byNight, night).wants, true);
});

test('that it is quiet acts on nothing, however old it is', () => {
    const { wants, moment, reasons, links } = draft(event({ kind: 'device_quiet', happened_at: '2026-11-19T08:00:00Z' }), [rule()]);
    assert.deepEqual([wants, moment, reasons, links], [false, 'quiet', ['it is quiet: nothing acts on that'], []]);
});

test('a device that is not known yet goes by its id', () => {
    assert.deepEqual(draft(event({ device_id: 'shed' }), []).reasons, ['no rule listens to shed']);
});

test('an arrival at a camera that sees a way in is an entry, one at a camera that is not known is none', () => {
    const entry = (camera, cameras) => draftOf(triggerOf(person({ camera_id: camera })), { ...house([]), cameras }, NOW).entry;
    const config = house([]).cameras;
    const seeing = { ...config, cameras: config.cameras.map((one) => ({ ...one, entry: one.id === 'front-door' })) };
    assert.deepEqual([entry('front-door', seeing), entry('garden', seeing), entry('shed', seeing), entry('front-door', null)], [true, false, false, false]);
});

test('a device goes by its own schedule and by that of its group, and the reason says which is against it', () => {
    const against = (changes) => draft(event(), [rule()], { devices: [device('pir', 'Garage PIR', { group: 'Yard', ...changes })] }).reasons.slice(0, -1);
    assert.deepEqual(against({ group_schedule_id: NIGHTS }), ['Garage PIR is not armed: outside of Nights, next 23:30 (its group Yard)']);
    assert.deepEqual(against({ group_schedule_id: null }), []);
    assert.deepEqual(against({ schedule_id: NIGHTS, group_schedule_id: NIGHTS }), [
        'Garage PIR is not armed: outside of Nights, next 23:30', 'Garage PIR is not armed: outside of Nights, next 23:30 (its group Yard)']);
});
