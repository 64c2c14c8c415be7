'use strict';
/**
 * Rule: is a schedule active now? It is asked of the clock, never of an edge that a restart could miss.
 *
 * A schedule holds `windows` { days: [1 = Monday … 7: the day on which it begins], from, to } and `exceptions` { date, windows:
 * [{ from, to }] }, which take the place of the week's windows on their date. `from` and `to` are `22:00`, `sunset`,
 * `sunset-00:30`, `sunrise+01:00`; a `to` that is not later than `from` is of the next day. A place is { zone, latitude,
 * longitude }: without the last two, windows with the sun do not take place.
 */

const { dateOf, momentsOf, shifted, weekday, MINUTE_MS } = require('./wall-clock');
const { sunOf } = require('./sun');

/** So many days are looked at before and after today: a schedule that does not change in them has no beginning or end. */
const DAYS = 15;
const NEAR_DAYS = 2;
const NOON = 12 * 60;
const EDGE = /^(?:(?<clock>([01]\d|2[0-3]):[0-5]\d)|(?<sun>sunrise|sunset)(?:(?<sign>[+-])(?<shift>([01]\d|2[0-3]):[0-5]\d))?)$/;

/**
 * → { active, since, until } in ms since 1970. Active: the windows that overlap or touch count as one, from `since` to before
 * `until`. Not active: the last one ended at `since`, the next begins at `until`. null: not within the days that are looked at.
 */
function activeAt(schedule, place, now) {
    const near = within(NEAR_DAYS, schedule, place, now);
    return near.since === null || near.until === null ? within(DAYS, schedule, place, now) : near;
}

function within(days, schedule, place, now) {
    const today = dateOf(now, place.zone);
    const stretches = joined(spansFrom(schedule, place, shifted(today, -days), 2 * days + 1));
    const [first, last] = [momentsOf(shifted(today, 1 - days), 0, place.zone).first, momentsOf(shifted(today, days), 0, place.zone).last];
    const inside = (moment) => (moment > first && moment < last ? moment : null);
    const present = stretches.find(([from, to]) => from <= now && now < to);
    if (present) {
        return { active: true, since: inside(present[0]), until: inside(present[1]) };
    }
    const ended = stretches.filter(([, to]) => to <= now).map(([, to]) => to);
    const next = stretches.find(([from]) => from > now);
    return { active: false, since: ended.at(-1) ?? null, until: next ? next[0] : null };
}

/** Whether it has to be known where the house is. */
const needsSun = ({ windows, exceptions }) => [...windows, ...exceptions.flatMap((one) => one.windows)]
    .some(({ from, to }) => [from, to].some((edge) => EDGE.exec(edge)?.groups.sun));

/** [from, to) of every window that begins on one of `count` days. */
function spansFrom(schedule, place, start, count) {
    return Array.from({ length: count }, (_, index) => shifted(start, index))
        .flatMap((date) => windowsOn(schedule, date).map((window) => spanOf(window, date, place)))
        .filter((span) => span && span[1] - span[0] >= MINUTE_MS);
}

function windowsOn({ windows, exceptions }, date) {
    const exception = exceptions.find((one) => one.date === date);
    return exception ? exception.windows : windows.filter(({ days }) => days.includes(weekday(date)));
}

/** null when it has to do with the sun and nobody has said where the house is. */
function spanOf({ from, to }, date, place) {
    const begin = edgeOn(from, date, place)?.first;
    const same = edgeOn(to, date, place)?.last;
    if (begin === undefined || same === undefined) {
        return null;
    }
    return [begin, isLater(to, same, from, begin) ? same : edgeOn(to, shifted(date, 1), place).last];
}

/** Two times of the clock are compared as such: on the night of a jump both may be the same moment. */
function isLater(to, toMoment, from, fromMoment) {
    const clocks = [to, from].map((edge) => EDGE.exec(edge).groups.clock);
    const suns = [to, from].map((edge) => EDGE.exec(edge).groups.sun);
    if (suns[0] && suns[1] && suns[0] !== suns[1]) {
        return suns[0] === 'sunset'; // a day, however short or turned over by its shifts; the other way round a night
    }
    return clocks[0] && clocks[1] ? clocks[0] > clocks[1] : toMoment > fromMoment;
}

/** { first, last }: where clocks go back, a time of theirs is there twice. null as in `spanOf`. */
function edgeOn(edge, date, { zone, latitude, longitude }) {
    const parts = EDGE.exec(edge)?.groups;
    if (!parts) {
        throw new Error(`${edge} is no time of a window: write 22:00, sunset or sunrise+01:00`);
    }
    if (parts.clock) {
        return momentsOf(date, minutesOf(parts.clock), zone);
    }
    if (typeof latitude !== 'number' || typeof longitude !== 'number') {
        return null;
    }
    const shift = parts.shift ? minutesOf(parts.shift) * (parts.sign === '-' ? -1 : 1) : 0;
    const moment = sunOf(momentsOf(date, NOON, zone).first, latitude, longitude)[parts.sun] + shift * MINUTE_MS;
    return { first: moment, last: moment };
}

const minutesOf = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Spans that overlap or touch, as one; in their order. */
function joined(spans) {
    const stretches = [];
    for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
        const last = stretches.at(-1);
        if (last && from <= last[1]) {
            last[1] = Math.max(last[1], to);
        } else {
            stretches.push([from, to]);
        }
    }
    return stretches;
}

module.exports = { activeAt, needsSun };
