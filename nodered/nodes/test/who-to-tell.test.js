'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const { judge, summary } = require('../rules/who-to-tell');
const { HAPPENINGS } = require('../rules/happenings');
const { check } = require('../rules/contracts');
const { activeAt } = require('../rules/windows');
const { example } = require('./examples');

const HOUR = 3_600_000;
const ROME = 'Europe/Rome';
const NOON = Date.parse('2026-11-18T12:00+01:00');
const NIGHT = Date.parse('2026-11-18T23:00+01:00');
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const NIGHTS = [{ days: EVERY_DAY, from: '22:00', to: '07:00' }];
const ALWAYS = [{ days: EVERY_DAY, from: '00:00', to: '00:00' }];
const REASONS = ['person (87 %) is an alert label of Front Door'];

const person = (name, changes = {}) => ({
    id: `019aa0f4-7c2f-7080-8a11-${Buffer.from(name.padEnd(6).slice(0, 6)).toString('hex')}`, name, enabled: true, cameras: null, labels: null,
    zones: null, modes: null, happenings: [], quiet: [], breaks_through: [], per_hour: null, muted_until: null, reachable: true, ...changes,
});
const known = (...people) => ({
    people: { people }, cameras: example('config-cameras'), schedules: example('config-schedules', { zone: ROME }),
    mode: example('mode-state', { mode_id: 'home', name: 'Home' }),
});
const picture = (changes = {}) => example('alert-request', {
    labels: [{ label: 'person', score: 0.87 }], zones: ['Drive'], people: null, tell: true, reasons: REASONS, ...changes });
const happening = (rule, changes = {}) => picture({ image_id: null, event_id: example('event-new').event_id, rule, labels: [], zones: [], ...changes });
const plate = (words) => picture({ rule: 'plates', labels: [{ label: words, score: 1 }], zones: [] });

/** What comes of a request for one person alone: [told, later, ...their reasons]. */
function answer(changes, request = picture(), now = NOON, named = null) {
    const verdict = judge(request, known(person('Anna', changes)), now, named);
    const [{ tell, later, reasons }] = verdict.people;
    assert.equal(verdict.tell, tell);
    check('alert-request', { ...request, ...verdict });
    return [tell, later, ...reasons];
}
const no = (reason) => [false, null, reason];

test('somebody who wants to know of everything is told, and why', () => {
    assert.deepEqual(answer({}), [true, null, 'Anna wants to know of person at Front Door']);
});

test('somebody who is switched off is told nothing', () => {
    assert.deepEqual(answer({ enabled: false }), no('Anna is switched off on the page People'));
});

test('a camera, label, zone or mode that somebody does not want is not told, and the reason names it', () => {
    assert.deepEqual(answer({ cameras: ['garden'] }), no('Anna does not want to know of Front Door'));
    assert.deepEqual(answer({ labels: ['dog', 'car'] }), no('Anna does not want to know of person'));
    assert.deepEqual(answer({ zones: ['Steps', 'Lawn'] }), no('Anna wants to know of Steps, Lawn only'));
    assert.deepEqual(answer({ modes: ['away'] }), no('Anna is not told while the mode is home'));
});

test('one of several labels or zones is enough', () => {
    const both = picture({ labels: [{ label: 'car', score: 0.9 }, { label: 'dog', score: 0.5 }], zones: ['Drive', 'Lawn'] });
    assert.equal(answer({ labels: ['dog'], zones: ['Lawn'] }, both)[0], true);
});

test('what is in no zone is not told where somebody asks for zones, but of a departure nobody knows where it was', () => {
    assert.equal(answer({ zones: ['Steps'] }, picture({ zones: [] }))[0], false);
    const gone = picture({ rule: 'departure-019aa0f4', labels: [{ label: 'car gone', score: 1 }], zones: [] });
    assert.equal(answer({ zones: ['Steps'], labels: ['car'] }, gone)[0], true);
    assert.equal(answer({ labels: ['person'] }, gone)[0], false);
});

test('plates that somebody has named are told whatever the labels', () => {
    assert.equal(answer({ labels: ['person'] }, plate('denied plate XY99'))[0], true);
    assert.equal(answer({ cameras: ['garden'] }, plate('denied plate XY99'))[0], false);
});

test('a happening is told to those who want to know of it', () => {
    assert.deepEqual(answer({}, happening('camera_silent')), no('Anna does not want to know of cameras that fall silent'));
    assert.deepEqual(answer({ happenings: ['camera_silent'] }, happening('camera_silent')), [true, null, 'Anna wants to know of cameras that fall silent']);
    assert.equal(answer({ happenings: ['node_silent'], cameras: ['garden'] }, happening('node_silent', { camera_id: null }))[0], true);
});

test('a rule that names people tells exactly those, whatever else they want', () => {
    const { id } = person('Anna');
    const other = person('Ben').id;
    assert.deepEqual(answer({ cameras: [] }, happening('rule_alert'), NOON, [id]), [true, null, 'Anna is named by the rule']);
    assert.deepEqual(answer({ happenings: ['rule_alert'] }, happening('rule_alert'), NOON, [other]), no('the rule does not name Anna'));
    assert.equal(answer({ happenings: ['rule_alert'] }, happening('rule_alert'))[0], true);
});

test('a panic reaches everybody who is switched on: muted, in quiet hours, in any mode', () => {
    const away = { cameras: [], modes: [], quiet: ALWAYS, muted_until: new Date(NOON + HOUR).toISOString() };
    assert.deepEqual(answer(away, happening('panic')).slice(0, 2), [true, null]);
    assert.equal(answer({ enabled: false }, happening('panic'))[0], false);
});

test('somebody who is muted is told nothing until then, by the clock of the house', () => {
    const until = new Date(NOON + HOUR).toISOString();
    assert.deepEqual(answer({ muted_until: until }), no('Anna is muted until 13:00'));
    assert.equal(answer({ muted_until: until }, picture(), NOON + HOUR)[0], true);
    assert.equal(answer({ muted_until: until, happenings: ['node_silent'] }, happening('node_silent'))[0], false);
});

test('in quiet hours it waits for their end', () => {
    const [tell, later, ...reasons] = answer({ quiet: NIGHTS }, picture(), NIGHT);
    assert.deepEqual([tell, later], [true, '2026-11-19T06:00:00.000000Z']);
    assert.deepEqual(reasons, ['Anna wants to know of person at Front Door', 'quiet hours until 07:00']);
    assert.equal(answer({ quiet: NIGHTS })[1], null);
});

test('what breaks through the quiet hours is told at once, and the reason names it', () => {
    const quiet = { quiet: NIGHTS, breaks_through: ['person', 'plate_deny', 'node_silent'], happenings: ['node_silent'] };
    assert.deepEqual(answer(quiet, picture(), NIGHT).slice(1), [null, 'Anna wants to know of person at Front Door', 'breaks through the quiet hours of Anna: person']);
    assert.equal(answer(quiet, plate('denied plate XY99'), NIGHT)[1], null);
    assert.notEqual(answer(quiet, plate('known plate BAB123 (Anna)'), NIGHT)[1], null);
    assert.equal(answer(quiet, happening('node_silent'), NIGHT)[1], null);
    assert.notEqual(answer(quiet, picture({ labels: [{ label: 'car', score: 1 }] }), NIGHT)[1], null);
});

/** The quiet hours in which a summary with this one must not come, by the clock of Rome. */
function quietAhead(changes, request = picture(), now = Date.parse('2026-11-18T21:30+01:00')) {
    const { people: [{ quiet }] } = judge(request, known(person('Anna', changes)), now);
    const clock = (text) => new Date(text).toLocaleTimeString('en-GB', { timeZone: ROME, hour: '2-digit', minute: '2-digit' });
    return quiet.map(({ begins_at: from, ends_at: to }) => `${clock(from)}-${clock(to)}`);
}

test('it says which quiet hours begin soon, since a summary of what is too much must not come in them', () => {
    assert.deepEqual(quietAhead({ quiet: NIGHTS }), ['22:00-07:00']);
    assert.deepEqual(quietAhead({ quiet: NIGHTS }, picture(), NOON), []);
    const two = [{ days: EVERY_DAY, from: '21:40', to: '21:50' }, { days: EVERY_DAY, from: '22:10', to: '23:00' }];
    assert.deepEqual(quietAhead({ quiet: two }), ['21:40-21:50', '22:10-23:00']);
});

test('what breaks through the quiet hours holds no summary back', () => {
    assert.deepEqual(quietAhead({ quiet: NIGHTS, breaks_through: ['person'] }), []);
    assert.deepEqual(quietAhead({ quiet: NIGHTS, breaks_through: ['car'] }), ['22:00-07:00']);
    assert.deepEqual(quietAhead({ quiet: NIGHTS }, happening('panic')), []);
});

test('quiet hours without an end keep nothing for later', () => {
    assert.deepEqual(answer({ quiet: ALWAYS }), no('the quiet hours of Anna have no end'));
});

test('quiet hours are long by the clock on the wall, also on the nights when clocks change', () => {
    const ends = { '2026-03-29T00:30Z': '2026-03-29T05:00:00.000000Z', '2026-10-25T00:30Z': '2026-10-25T06:00:00.000000Z' };
    for (const [moment, later] of Object.entries(ends)) {
        assert.equal(answer({ quiet: NIGHTS }, picture(), Date.parse(moment))[1], later);
    }
});

test('nobody is left: nobody is told, and the first reason says why', () => {
    const verdict = judge(picture(), known(person('Anna', { enabled: false })), NOON);
    assert.deepEqual([verdict.tell, verdict.reasons], [false, ['Anna is switched off on the page People', ...REASONS]]);
    const two = judge(picture(), known(person('Anna', { labels: [] }), person('Ben', { labels: [] })), NOON);
    assert.equal(two.reasons[0], 'none of 2 people is told of it');
});

test('where nobody is entered, or before anybody is known, it goes on as it was asked', () => {
    assert.deepEqual(judge(picture(), known(), NOON), { tell: true, people: [], reasons: REASONS });
    assert.deepEqual(judge(picture(), { people: null }, NOON), { tell: true, people: null, reasons: REASONS });
});

test('what is not known of the house holds nothing back', () => {
    const bare = { people: { people: [person('Anna', { modes: ['away'] })] }, cameras: null, schedules: null, mode: null };
    const verdict = judge(picture(), bare, NOON);
    assert.deepEqual(verdict.people[0].reasons, ['Anna wants to know of person at front-door']);
    const strange = known(person('Anna', { quiet: ALWAYS }));
    strange.schedules.zone = 'nowhere/at-all';
    assert.equal(judge(picture(), strange, NOON).people[0].later, null);
});

test('the status says who is told now, who later, and that nobody is', () => {
    const said = (...people) => summary(judge(picture(), known(...people), NIGHT));
    assert.equal(said(person('Anna'), person('Ben', { quiet: NIGHTS })), 'tell Anna, later Ben');
    assert.equal(said(person('Anna', { enabled: false })), 'nobody');
    assert.equal(said(), 'tell: nobody is entered yet');
});

/** Numbers that look random and are the same each time. */
function dice(seed) {
    let state = seed;
    return (sides) => {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        return Math.floor((state / 2_147_483_648) * sides);
    };
}

const pick = (roll, ...choices) => choices[roll(choices.length)];
const time = (roll) => `${String(roll(24)).padStart(2, '0')}:${pick(roll, '00', '30')}`;
const some = (roll, ...things) => things.filter(() => roll(2));

const anybody = (roll, index, now) => person(`P${index}`, {
    enabled: roll(6) > 0, cameras: pick(roll, null, [], ['front-door'], ['garden']), labels: pick(roll, null, ['person'], ['car', 'dog'], []),
    zones: pick(roll, null, ['Drive'], ['Lawn']), modes: pick(roll, null, ['home'], ['away']), happenings: some(roll, ...Object.keys(HAPPENINGS)),
    quiet: pick(roll, [], ALWAYS, NIGHTS, [{ days: some(roll, ...EVERY_DAY), from: time(roll), to: time(roll) }, { days: [roll(7) + 1], from: time(roll), to: 'sunrise+01:00' }]),
    breaks_through: some(roll, 'person', 'car', 'plate_deny', 'node_silent'), reachable: roll(2) > 0,
    muted_until: pick(roll, null, null, new Date(now + (roll(5) - 2) * HOUR).toISOString()),
});

const anything = (roll) => pick(roll, picture(), picture({ labels: [{ label: 'car', score: 1 }], zones: [] }), plate('denied plate XY99'),
    plate('known plate BAB123'), happening(pick(roll, ...Object.keys(HAPPENINGS))), happening('a-kind-of-somebody'));

test('nobody is lost: every person has exactly one answer with a reason, and what waits does so until it is quiet no more', () => {
    const changes = ['2026-03-28T20:00Z', '2026-10-24T19:00Z', '2026-11-18T12:00Z'].map((text) => Date.parse(text));
    for (let seed = 1; seed <= 3000; seed += 1) {
        const roll = dice(seed);
        const now = pick(roll, ...changes) + roll(24 * 60) * 60_000;
        const people = Array.from({ length: roll(5) }, (_, index) => anybody(roll, index, now));
        const request = anything(roll);
        const house = known(...people);
        const named = request.event_id && roll(4) === 0 ? people.filter(() => roll(2)).map(({ id }) => id) : null;
        const verdict = judge(request, house, now, named);
        check('alert-request', { ...request, ...verdict });
        assert.deepEqual(verdict.people.map(({ person_id: id }) => id), people.map(({ id }) => id), `seed ${seed}`);
        assert.equal(verdict.tell, people.length === 0 || verdict.people.some(({ tell }) => tell), `seed ${seed}`);
        verdict.people.forEach((one, index) => holds(one, people[index], house.schedules, now, seed));
    }
});

function holds(one, whom, place, now, seed) {
    assert.ok(!one.tell || whom.enabled, `seed ${seed}`);
    one.quiet.forEach(({ begins_at: from, ends_at: to }) => {
        const isQuiet = (text, ms) => activeAt({ windows: whom.quiet, exceptions: [] }, place, Date.parse(text) + ms).active;
        assert.deepEqual([isQuiet(from, -1), isQuiet(from, 0), isQuiet(to, -1), isQuiet(to, 0)], [false, true, true, false], `seed ${seed}`);
    });
    if (one.later) {
        const windows = { windows: whom.quiet, exceptions: [] };
        const end = Date.parse(one.later);
        assert.ok(one.tell && end > now, `seed ${seed}`);
        assert.ok(activeAt(windows, place, now).active && activeAt(windows, place, end - 1).active, `seed ${seed}`);
        assert.ok(!activeAt(windows, place, end).active, `seed ${seed}`);
    }
}
