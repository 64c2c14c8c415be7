'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { judge } = require('../rules/armed');
const { example } = require('./examples');

const NIGHTS = '019aa0f4-7c2f-7d01-8c3e-2f1d0b7a9e56';
const NOON = new Date(2026, 10, 18, 12, 0).getTime();
const NIGHT = new Date(2026, 10, 18, 23, 0).getTime();
const request = example('alert-request', { camera_id: 'front-door', tell: true, reasons: ['person (87 %) is an alert label of Front Door'] });
const mode = (modeId, name, changes = {}) => example('mode-state', { mode_id: modeId, name, entry_s: 0, ...changes });
const arming = (ms) => mode('away', 'Away', { arming: true, arming_until: new Date(NOON + ms).toISOString() });

function known(changes, modeState = mode('home', 'Home'), scheduleChanges = {}) {
    const cameras = example('config-cameras');
    cameras.cameras[0] = { ...cameras.cameras[0], alert_modes: null, schedule_id: null, ...changes };
    const schedules = example('config-schedules', { zone: null });
    schedules.schedules[0] = { ...schedules.schedules[0], ...scheduleChanges };
    return { cameras, schedules, mode: modeState };
}

const told = (things, now = NOON) => {
    const { tell, reasons } = judge(request, things, now);
    assert.equal(reasons.at(-1), request.reasons[0]);
    return [tell, ...reasons.slice(0, -1)];
};

test('a camera without modes and schedule alerts at any time, and nothing is said of it', () => {
    assert.deepEqual(told(known({})), [true]);
});

test('a camera alerts in its modes and not in others', () => {
    const some = { alert_modes: ['away', 'night'] };
    assert.deepEqual(told(known(some)), [false, 'not armed: the mode is home']);
    assert.deepEqual(told(known(some, mode('away', 'Away'))), [true, 'armed: the mode is away']);
    assert.deepEqual(told(known({ alert_modes: [] })), [false, 'not armed: the mode is home']);
});

test('a camera alerts within its schedule and not outside, and the reason says when next', () => {
    const by = { schedule_id: NIGHTS };
    assert.deepEqual(told(known(by)), [false, 'not armed: outside of Nights, next 22:00']);
    assert.deepEqual(told(known(by), NIGHT), [true, 'armed: within Nights']);
    assert.deepEqual(told(known(by, undefined, { windows: [], exceptions: [] })), [false, 'not armed: outside of Nights']);
});

test('when next is told by the clock of the house, not of the machine', () => {
    const things = known({ schedule_id: NIGHTS });
    things.schedules.zone = 'Asia/Kathmandu';
    const noon = Date.parse('2026-11-18T12:00:00+05:45');
    assert.deepEqual(told(things, noon), [false, 'not armed: outside of Nights, next 22:00']);
});

test('with both, both must be so, and only what is against it is said', () => {
    const both = { alert_modes: ['night'], schedule_id: NIGHTS };
    assert.deepEqual(told(known(both), NIGHT), [false, 'not armed: the mode is home']);
    assert.deepEqual(told(known(both, mode('night', 'Night')), NIGHT), [true, 'armed: the mode is night', 'armed: within Nights']);
    assert.deepEqual(told(known(both)), [false, 'not armed: the mode is home', 'not armed: outside of Nights, next 22:00']);
});

test('what is switched off or not known yet holds nothing back', () => {
    assert.deepEqual(told(known({ schedule_id: NIGHTS }, undefined, { enabled: false })), [true, 'armed: Nights is switched off']);
    assert.deepEqual(told({ ...known({ schedule_id: NIGHTS }), schedules: null }), [true, 'armed: its schedule is not known yet']);
    assert.deepEqual(told(known({ alert_modes: ['away'] }, null)), [true, 'armed: the mode is not known yet']);
    assert.deepEqual(told({ cameras: null, schedules: null, mode: null }), [true]);
});

test('a configuration from before there were modes alerts at any time', () => {
    const old = known({});
    delete old.cameras.cameras[0].alert_modes;
    delete old.cameras.cameras[0].schedule_id;
    assert.deepEqual(told(old), [true]);
});

test('there are never more than twelve reasons', () => {
    const many = { ...request, reasons: Array.from({ length: 12 }, (_, index) => `reason ${index}`) };
    assert.equal(judge(many, known({ alert_modes: ['away'] }), NOON).reasons.length, 12);
});

test('a zone that this machine does not know holds no alert back', () => {
    const things = known({ schedule_id: NIGHTS });
    things.schedules.zone = 'nowhere/at-all';
    assert.deepEqual(told(things), [true, 'armed: within Nights']);
});

test('a picture that was taken within the schedule is told though it is judged after its end', () => {
    const things = known({ schedule_id: NIGHTS });
    const after = new Date(2026, 10, 19, 6, 1).getTime();
    const taken = (ms) => `${(ms).toString(16).padStart(12, '0').replace(/^(.{8})/, '$1-')}-7a01-9c3e-2f1d0b7a9e56`;
    const verdict = (ms) => judge({ ...request, image_id: taken(ms) }, things, after).tell;
    assert.equal(verdict(after - 3 * 60_000), true);
    assert.equal(verdict(after - 10_000), false);
});

test('while it is arming nothing is armed by the mode, and the reason says for how long', () => {
    const some = { alert_modes: ['away'] };
    const things = known(some, arming(30_000));
    things.schedules.zone = 'Asia/Kathmandu';
    things.mode.arming_until = '2026-11-18T12:00:30+05:45';
    assert.deepEqual(told(things, Date.parse('2026-11-18T12:00:00+05:45')), [false, 'not armed: armed in 30 s, at 12:00:30']);
    things.schedules.zone = 'nowhere/at-all';
    assert.match(told(things, Date.parse('2026-11-18T12:00:29.5+05:45'))[1], /^not armed: armed in 1 s, at \d\d:\d\d:30$/);
    assert.deepEqual(told(known(some, arming(-2 * 365 * 86_400_000))), [true, 'armed: the mode is away']);
    assert.deepEqual(told(known({}, arming(30_000))), [true]);
});

test('a picture that was taken while it was arming is not told though it is judged after', () => {
    const taken = (ms) => `${(ms).toString(16).padStart(12, '0').replace(/^(.{8})/, '$1-')}-7a01-9c3e-2f1d0b7a9e56`;
    const verdict = (ms) => judge({ ...request, image_id: taken(ms) }, known({ alert_modes: ['away'] }, arming(30_000)), NOON + 60_000);
    assert.match(verdict(NOON + 29_000).reasons[0], /^not armed: armed since \d\d:\d\d:30 only$/);
    assert.deepEqual([verdict(NOON + 29_000).tell, verdict(NOON + 31_000).tell], [false, true]);
});

test('what is armed at a way in waits for the entry delay of the mode', () => {
    const away = mode('away', 'Away', { entry_s: 45 });
    const wayIn = { alert_modes: ['away'], entry: true };
    assert.equal(judge(request, known(wayIn, away), NOON).entry_s, 45);
    assert.deepEqual(told(known(wayIn, away)), [true, 'armed: the mode is away', 'entry delay: it waits 45 s for somebody to disarm']);
});

test('elsewhere, in every mode, of what has gone, or without an entry delay nothing waits', () => {
    const away = mode('away', 'Away', { entry_s: 45 });
    const waits = (asked, camera, now) => judge(asked, known(camera, now), NOON).entry_s;
    assert.equal(waits(request, { alert_modes: ['away'] }, away), null);
    assert.equal(waits(request, { entry: true }, away), null);
    assert.equal(waits(request, { alert_modes: ['away'], entry: true }, mode('away', 'Away')), null);
    assert.equal(waits(request, { alert_modes: ['night'], entry: true }, away), null);
    assert.equal(waits({ ...request, rule: 'departure-labels' }, { alert_modes: ['away'], entry: true }, away), null);
});
