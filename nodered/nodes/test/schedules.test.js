'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { blind, newsOf, statesOf, wishOf } = require('../rules/schedules');
const { check } = require('../rules/contracts');
const { envelope } = require('../rules/envelope');
const { example } = require('./examples');

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const ID = '019aa0f4-7c2f-7d01-8c3e-2f1d0b7a9e56';
const NIGHTS = {
    id: ID, name: 'Nights', enabled: true, windows: [{ days: EVERY_DAY, from: '22:00', to: '06:00' }], exceptions: [],
    mode_id: 'night', mode_after_id: 'home',
};
const MINUTE = 60_000;
const at = (clock, day = 20) => Date.parse(`2026-11-${day}T${clock}:00+01:00`);
const config = (...schedules) => example('config-schedules', { zone: 'Europe/Rome', schedules });
const mode = (modeId, since, by = 'Anna', id = null) => (
    example('mode-state', { mode_id: modeId, by, since: since && new Date(since).toISOString(), schedule_id: id })
);
const wish = (now, present, ...schedules) => wishOf(config(...(schedules.length ? schedules : [NIGHTS])), present, now);
const BEGINS = { mode_id: 'night', by: 'schedule Nights', reason: 'Nights has begun', until: null, schedule_id: ID };
const ENDS = { mode_id: 'home', by: 'schedule Nights', reason: 'Nights has ended', until: null, schedule_id: ID };

test('a state is told in the words of its contract', () => {
    const [state] = statesOf(config(NIGHTS), at('23:00'));
    assert.deepEqual(state, { schedule_id: ID, name: 'Nights', active: true, since: '2026-11-20T21:00:00.000000Z', until: '2026-11-21T05:00:00.000000Z' });
    check('schedule-state', envelope(state, at('23:00'), Buffer.alloc(10)));
    const [off] = statesOf(config({ ...NIGHTS, enabled: false }), at('23:00'));
    assert.deepEqual([off.active, off.since, off.until], [false, null, null]);
});

test('only what has changed is news, and what is deleted is gone', () => {
    const states = statesOf(config(NIGHTS), at('23:00'));
    const first = newsOf(states, {});
    assert.deepEqual([first.news, first.gone], [states, []]);
    assert.deepEqual(newsOf(statesOf(config(NIGHTS), at('23:30')), first.told).news, []);
    assert.equal(newsOf(statesOf(config(NIGHTS), at('06:00', 21)), first.told).news[0].active, false);
    assert.deepEqual(newsOf([], first.told), { news: [], gone: [ID], told: {} });
});

test('in its window it sets its mode when the present one is older', () => {
    assert.deepEqual(wish(at('22:00'), mode('home', at('18:00'))), BEGINS);
    assert.deepEqual(wish(at('22:00'), mode('disarmed', null, null)), BEGINS);
    check('mode-set', envelope(wish(at('22:00'), mode('home', at('18:00'))), at('22:00'), Buffer.alloc(10)));
    assert.equal(wish(at('21:59'), mode('home', at('18:00'))), null);
});

test('what somebody sets within the window stays', () => {
    assert.equal(wish(at('23:30'), mode('disarmed', at('23:00'))), null);
    assert.equal(wish(at('06:00', 21), mode('disarmed', at('23:00'))), null);
});

test('after its end it sets the mode for afterwards, or disarms, but only what it set itself', () => {
    const own = mode('night', at('22:00'), 'schedule Nights', ID);
    assert.deepEqual(wish(at('06:00', 21), own), ENDS);
    assert.equal(wish(at('06:00', 21), own, { ...NIGHTS, mode_after_id: null }).mode_id, 'disarmed');
    assert.equal(wish(at('06:00', 21), mode('night', at('22:30'))), null);
    assert.equal(wish(at('06:01', 21), mode('home', at('06:00', 21), 'schedule Nights', ID)), null);
});

test('a schedule that is renamed within its window ends all the same, and one of its old name does not end for it', () => {
    const own = mode('night', at('22:00'), 'schedule Nights', ID);
    const renamed = { ...NIGHTS, name: 'Sleep' };
    assert.deepEqual(wish(at('06:00', 21), own, renamed), { ...ENDS, by: 'schedule Sleep', reason: 'Sleep has ended' });
    const other = { ...NIGHTS, id: 'o', mode_after_id: 'away' };
    assert.equal(wish(at('06:00', 21), own, other, renamed).mode_id, 'home');
    assert.equal(wish(at('06:00', 21), mode('night', at('22:00'), 'schedule Nights')), null);
});

test('a mode for afterwards that is its own mode is not set for ever', () => {
    assert.equal(wish(at('06:00', 21), mode('night', at('22:00'), 'schedule Nights', ID), { ...NIGHTS, mode_after_id: 'night' }), null);
});

test('what the timer brought back within the window ends with it, what it brought back at another time stays', () => {
    assert.deepEqual(wish(at('06:00', 21), mode('night', at('23:00'), 'timer')), ENDS);
    assert.equal(wish(at('19:00', 21), mode('night', at('18:00', 21), 'timer')), null);
});

test('a schedule that is switched off or has no mode wishes nothing', () => {
    assert.equal(wish(at('23:00'), mode('home', at('18:00')), { ...NIGHTS, enabled: false }), null);
    assert.equal(wish(at('23:00'), mode('home', at('18:00')), { ...NIGHTS, mode_id: null }), null);
});

test('of two that begin together the first one has its way', () => {
    const other = { ...NIGHTS, name: 'Others', mode_id: 'away' };
    const first = wish(at('22:00'), mode('home', at('18:00')), NIGHTS, other);
    assert.equal(first.mode_id, 'night');
    assert.equal(wish(at('22:01'), mode('night', at('22:00') + 1, 'schedule Nights', ID), NIGHTS, other), null);
});

/** The house for a day and a night, with Node-RED running only at the minutes that `isUp` says: the modes it goes through. */
function lived(isUp) {
    let present = mode('home', at('18:00'));
    const gone = [];
    for (let now = at('20:00'); now < at('09:00', 21); now += MINUTE) {
        const wanted = isUp(now) ? wish(now, present) : null;
        if (wanted) {
            present = mode(wanted.mode_id, now, wanted.by, wanted.schedule_id);
            gone.push([wanted.mode_id, now]);
        }
    }
    return gone;
}

test('started at any minute, the house is in the right mode from that minute on', () => {
    for (let start = at('20:00'); start < at('06:00', 21); start += 59 * MINUTE) {
        const begins = Math.max(start, at('22:00'));
        assert.deepEqual(lived((now) => now >= start), [['night', begins], ['home', at('06:00', 21)]]);
    }
    assert.deepEqual(lived((now) => now >= at('06:00', 21)), []);
});

test('away over the end of a window, it ends it when it is back', () => {
    const isUp = (now) => now < at('05:00', 21) || now >= at('07:30', 21);
    assert.deepEqual(lived(isUp), [['night', at('22:00')], ['home', at('07:30', 21)]]);
});

test('a schedule that follows the sun is named when nobody has said where the house is', () => {
    const dark = { ...NIGHTS, name: 'Dark', windows: [{ days: [1], from: 'sunset', to: 'sunrise' }] };
    const nowhere = { ...config(NIGHTS, dark, { ...dark, name: 'Off', enabled: false }), latitude: null, longitude: null };
    assert.deepEqual([blind(nowhere), blind(config(dark))], [['Dark'], []]);
});

test('where one schedule begins when another one ends, the one that begins has its way in either order', () => {
    const evening = { ...NIGHTS, id: 'e', name: 'Evening', windows: [{ days: EVERY_DAY, from: '18:00', to: '22:00' }], mode_id: 'home', mode_after_id: null };
    const present = mode('home', at('18:00'), 'schedule Evening', 'e');
    assert.deepEqual(wish(at('22:00'), present, evening, NIGHTS), BEGINS);
    assert.deepEqual(wish(at('22:00'), present, NIGHTS, evening), BEGINS);
});

test('where another one is still active at an end, its mode comes back', () => {
    const long = { ...NIGHTS, id: 'l', name: 'Dark', windows: [{ days: EVERY_DAY, from: '20:00', to: '08:00' }], mode_id: 'night' };
    const within = { ...NIGHTS, mode_id: 'away', mode_after_id: null };
    const made = wish(at('06:00', 21), mode('away', at('22:00'), 'schedule Nights', ID), long, within);
    assert.deepEqual(made, { mode_id: 'night', by: 'schedule Dark', reason: 'Nights has ended, Dark goes on', until: null, schedule_id: 'l' });
});

test('a schedule that is always active sets a house that nobody has set yet', () => {
    const always = { ...NIGHTS, windows: [{ days: EVERY_DAY, from: '00:00', to: '00:00' }] };
    assert.deepEqual(wish(at('12:00'), mode('disarmed', null, null), always), BEGINS);
    assert.equal(wish(at('12:00'), mode('home', at('11:00')), always), null);
});
