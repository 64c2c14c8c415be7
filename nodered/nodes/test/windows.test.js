'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { activeAt, needsSun } = require('../rules/windows');
const { dice } = require('./dice');

const ROME = { zone: 'Europe/Rome', latitude: 41.9, longitude: 12.5 };
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const HOUR = 3_600_000;
const MINUTE = 60_000;

const at = (text) => Date.parse(text);
const schedule = (...windows) => ({ windows, exceptions: [] });
const daily = (from, to) => schedule({ days: EVERY_DAY, from, to });
const told = ({ active, since, until }) => [active, since && new Date(since).toISOString(), until && new Date(until).toISOString()];
const askAt = (wanted, text, place = ROME) => told(activeAt(wanted, place, at(text)));
const hours = ({ since, until }) => (until - since) / HOUR;

test('a window of the day is active from its first minute to before its last', () => {
    const work = daily('09:00', '17:00');
    const day = ['2026-11-18T08:00:00.000Z', '2026-11-18T16:00:00.000Z'];
    assert.deepEqual(askAt(work, '2026-11-18T09:00+01:00'), [true, ...day]);
    assert.deepEqual(askAt(work, '2026-11-18T16:59:59.999+01:00'), [true, ...day]);
    assert.deepEqual(askAt(work, '2026-11-18T17:00+01:00'), [false, day[1], '2026-11-19T08:00:00.000Z']);
    assert.deepEqual(askAt(work, '2026-11-18T08:59:59.999+01:00'), [false, '2026-11-17T16:00:00.000Z', day[0]]);
});

test('a window over midnight belongs to the day on which it begins', () => {
    const friday = schedule({ days: [5], from: '22:00', to: '06:00' });
    assert.deepEqual(askAt(friday, '2026-11-21T05:59+01:00'), [true, '2026-11-20T21:00:00.000Z', '2026-11-21T05:00:00.000Z']);
    assert.equal(activeAt(friday, ROME, at('2026-11-20T05:00+01:00')).active, false);
    assert.equal(activeAt(friday, ROME, at('2026-11-21T22:00+01:00')).active, false);
});

test('a window that ends at midnight ends with its day', () => {
    assert.deepEqual(askAt(daily('20:00', '00:00'), '2026-11-18T23:59+01:00'), [true, '2026-11-18T19:00:00.000Z', '2026-11-18T23:00:00.000Z']);
    assert.equal(activeAt(daily('20:00', '00:00'), ROME, at('2026-11-19T00:00+01:00')).active, false);
});

test('windows that overlap or touch are one', () => {
    const three = schedule({ days: [1], from: '20:00', to: '00:00' }, { days: [2], from: '00:00', to: '03:00' }, { days: [2], from: '02:00', to: '04:00' });
    assert.deepEqual(askAt(three, '2026-11-17T01:00+01:00'), [true, '2026-11-16T19:00:00.000Z', '2026-11-17T03:00:00.000Z']);
});

test('a schedule that is always active has no beginning and no end', () => {
    assert.deepEqual(askAt(daily('00:00', '00:00'), '2026-11-18T12:00+01:00'), [true, null, null]);
    assert.deepEqual(askAt(daily('18:00', '18:00'), '2026-11-18T12:00+01:00'), [true, null, null]);
});

test('a schedule without a window is never active', () => {
    assert.deepEqual(askAt(schedule(), '2026-11-18T12:00+01:00'), [false, null, null]);
});

test('on the night when clocks go forward, 22:00 to 06:00 lasts seven hours', () => {
    const nights = daily('22:00', '06:00');
    const night = activeAt(nights, ROME, at('2026-03-29T01:00Z'));
    assert.deepEqual(told(night), [true, '2026-03-28T21:00:00.000Z', '2026-03-29T04:00:00.000Z']);
    assert.equal(hours(night), 7);
});

test('on the night when clocks go back, 22:00 to 06:00 lasts nine hours', () => {
    const night = activeAt(daily('22:00', '06:00'), ROME, at('2026-10-25T01:00Z'));
    assert.deepEqual(told(night), [true, '2026-10-24T20:00:00.000Z', '2026-10-25T05:00:00.000Z']);
    assert.equal(hours(night), 9);
});

test('a time that does not exist is the moment of the jump', () => {
    const jump = '2026-03-29T01:00:00.000Z';
    assert.deepEqual(askAt(daily('02:30', '05:00'), '2026-03-29T02:00Z'), [true, jump, '2026-03-29T03:00:00.000Z']);
    assert.deepEqual(askAt(daily('01:00', '02:30'), '2026-03-29T00:30Z'), [true, '2026-03-29T00:00:00.000Z', jump]);
    assert.equal(activeAt(daily('02:10', '02:50'), ROME, at(jump)).active, false);
    assert.equal(activeAt(daily('02:10', '02:50'), ROME, at('2026-03-30T00:30Z')).active, true);
});

test('a time that is there twice begins at the first and ends at the second', () => {
    assert.deepEqual(askAt(daily('02:30', '05:00'), '2026-10-25T01:00Z'), [true, '2026-10-25T00:30:00.000Z', '2026-10-25T04:00:00.000Z']);
    assert.deepEqual(askAt(daily('01:00', '02:30'), '2026-10-25T01:00Z'), [true, '2026-10-24T23:00:00.000Z', '2026-10-25T01:30:00.000Z']);
    const twice = schedule({ days: [7], from: '02:10', to: '02:50' });
    assert.deepEqual(askAt(twice, '2026-10-25T01:00Z'), [true, '2026-10-25T00:10:00.000Z', '2026-10-25T01:50:00.000Z']);
});

test('the zone counts, not the machine', () => {
    const work = daily('09:00', '17:00');
    const noonInRome = at('2026-07-15T12:00+02:00');
    const active = ['Europe/Rome', 'Asia/Tokyo', 'America/Los_Angeles', 'Asia/Kathmandu', 'UTC'].filter((zone) => activeAt(work, { zone }, noonInRome).active);
    assert.deepEqual(active, ['Europe/Rome', 'Asia/Kathmandu', 'UTC']);
});

test('where clocks jump by half an hour the jump is found', () => {
    const place = { zone: 'Australia/Lord_Howe' };
    assert.deepEqual(askAt(daily('02:15', '04:00'), '2026-10-03T16:00Z', place), [true, '2026-10-03T15:30:00.000Z', '2026-10-03T17:00:00.000Z']);
});

test('where clocks jump at midnight a window from midnight begins with the jump', () => {
    const place = { zone: 'Africa/Cairo' };
    assert.deepEqual(askAt(daily('00:00', '03:00'), '2026-04-23T23:00Z', place), [true, '2026-04-23T22:00:00.000Z', '2026-04-24T00:00:00.000Z']);
});

test('from sunset to sunrise follows the sun of the place', () => {
    const winter = activeAt(daily('sunset', 'sunrise'), ROME, at('2026-12-21T22:00Z'));
    const summer = activeAt(daily('sunset', 'sunrise'), ROME, at('2026-06-21T22:00Z'));
    assert.ok(Math.abs(winter.since - at('2026-12-21T16:42+01:00')) < 3 * MINUTE, new Date(winter.since).toISOString());
    assert.ok(Math.abs(winter.until - at('2026-12-22T07:35+01:00')) < 3 * MINUTE, new Date(winter.until).toISOString());
    assert.ok(Math.abs(summer.since - at('2026-06-21T20:49+02:00')) < 3 * MINUTE, new Date(summer.since).toISOString());
    assert.ok(hours(winter) > 14.5 && hours(summer) < 9);
});

test('an offset moves the sun', () => {
    const now = at('2026-12-21T22:00Z');
    const [plain, moved] = [daily('sunset', 'sunrise'), daily('sunset-00:30', 'sunrise+01:00')].map((one) => activeAt(one, ROME, now));
    assert.deepEqual([plain.since - moved.since, moved.until - plain.until], [30 * MINUTE, HOUR]);
});

test('sun and clock may stand in one window', () => {
    const evening = activeAt(daily('sunset', '23:00'), ROME, at('2026-12-21T20:00Z'));
    assert.deepEqual([evening.active, evening.until], [true, at('2026-12-21T23:00+01:00')]);
    const morning = activeAt(daily('05:00', 'sunrise'), ROME, at('2026-12-21T06:00+01:00'));
    assert.deepEqual([morning.active, morning.since], [true, at('2026-12-21T05:00+01:00')]);
});

test('where the sun stays down it is night all day, where it stays up there is none', () => {
    const tromso = { zone: 'Europe/Oslo', latitude: 69.65, longitude: 18.96 };
    const nights = daily('sunset', 'sunrise');
    const polar = Array.from({ length: 24 }, (_, hour) => activeAt(nights, tromso, at('2026-12-20T00:00Z') + hour * HOUR).active);
    assert.deepEqual(new Set(polar), new Set([true]));
    const midsummer = Array.from({ length: 24 }, (_, hour) => activeAt(nights, tromso, at('2026-06-20T00:00Z') + hour * HOUR).active);
    assert.deepEqual(new Set(midsummer), new Set([false]));
});

test('without a place a window with the sun does not take place, and one knows', () => {
    const nights = daily('sunset', 'sunrise');
    assert.equal(activeAt(nights, { zone: 'Europe/Rome', latitude: null, longitude: null }, at('2026-12-21T22:00Z')).active, false);
    assert.deepEqual([needsSun(nights), needsSun(daily('22:00', '06:00'))], [true, false]);
    const exception = { windows: [], exceptions: [{ date: '2026-12-24', windows: [{ from: '16:00', to: 'sunrise' }] }] };
    assert.equal(needsSun(exception), true);
});

test('an exception takes the place of the windows that begin on its date', () => {
    const holidays = { ...daily('22:00', '06:00'), exceptions: [
        { date: '2026-12-24', windows: [] }, { date: '2026-12-31', windows: [{ from: '02:00', to: '06:00' }, { from: '23:30', to: '01:00' }] }] };
    assert.equal(activeAt(holidays, ROME, at('2026-12-24T05:00+01:00')).active, true, 'the night before is still that of the 23rd');
    assert.deepEqual(askAt(holidays, '2026-12-24T23:00+01:00'), [false, '2026-12-24T05:00:00.000Z', '2026-12-25T21:00:00.000Z']);
    assert.deepEqual(askAt(holidays, '2027-01-01T00:30+01:00'), [true, '2026-12-31T22:30:00.000Z', '2027-01-01T00:00:00.000Z']);
});

test('a time that is none is refused in words', () => {
    assert.throws(() => activeAt(daily('25:00', '06:00'), ROME, at('2026-12-24T05:00Z')), /25:00 is no time of a window/);
});

const edge = (roll) => (roll(4)
    ? `${String(roll(24)).padStart(2, '0')}:${String(roll(60)).padStart(2, '0')}`
    : `${['sunrise', 'sunset'][roll(2)]}${['', '+01:30', '-00:45'][roll(3)]}`);
const random = (roll) => schedule(...Array.from({ length: 1 + roll(4) }, () => ({
    days: EVERY_DAY.filter(() => roll(2)), from: edge(roll), to: edge(roll) })));
const ZONES = ['Europe/Rome', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Africa/Cairo', 'America/St_Johns'];

test('whatever the windows and the zone, the answer holds until it says it changes, and then it does', () => {
    const roll = dice(20261120);
    for (let round = 0; round < 150; round += 1) {
        const one = random(roll);
        const place = { ...ROME, zone: ZONES[roll(ZONES.length)] };
        const now = at('2026-01-01T00:00Z') + roll(2 * 365 * 24 * 60) * MINUTE;
        const { active, since, until } = activeAt(one, place, now);
        const words = JSON.stringify({ round, one, place, now: new Date(now).toISOString() });
        assert.ok((since === null || since <= now) && (until === null || now < until), words);
        if (until !== null) {
            assert.equal(activeAt(one, place, until - 1).active, active, words);
            assert.equal(activeAt(one, place, until).active, !active, words);
        }
        if (since !== null) {
            assert.equal(activeAt(one, place, since).active, active, words);
            assert.equal(activeAt(one, place, since - 1).active, !active, words);
        }
    }
});

test('asked after a restart at any minute of both nights, it says what it would have said without', () => {
    for (const [start, length] of [['2026-03-28T20:00Z', 7], ['2026-10-24T19:00Z', 9]]) {
        const nights = daily('22:00', '06:00');
        const answers = Array.from({ length: 12 * 60 }, (_, minute) => activeAt(nights, ROME, at(start) + minute * MINUTE));
        const active = answers.filter((one) => one.active);
        assert.equal(active.length, length * 60);
        assert.equal(new Set(active.map(({ since, until }) => `${since} ${until}`)).size, 1);
    }
});

test('a day that its offsets turn over is none, and such a night has no gap', () => {
    const lulea = { zone: 'Europe/Stockholm', latitude: 65.58, longitude: 22.15 };
    const noon = at('2026-12-21T11:30:00Z');
    assert.equal(activeAt(daily('sunset-02:00', 'sunrise+02:00'), lulea, noon).active, true);
    const tromso = { zone: 'Europe/Oslo', latitude: 69.65, longitude: 18.96 };
    for (let hour = 0; hour < 48; hour += 1) {
        assert.equal(activeAt(daily('sunrise+01:00', 'sunset-01:00'), tromso, noon + hour * HOUR).active, false);
        assert.equal(activeAt(daily('sunset', 'sunrise'), tromso, at('2026-06-21T00:00:00Z') + hour * HOUR).active, false);
    }
});
