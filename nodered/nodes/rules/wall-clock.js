'use strict';
/**
 * The clock on the wall of a house, by its time zone (null: this machine's). Dates are `2026-03-29`, minutes are those since
 * midnight, moments are ms since 1970. Only Intl knows of zones here: there is no list of our own.
 */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const SHAPE = {
    calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
    hour: '2-digit', minute: '2-digit', second: '2-digit',
};
const clocks = new Map();

/** Throws a RangeError for a zone that does not exist. */
function clockOf(zone) {
    if (!clocks.has(zone)) {
        clocks.set(zone, new Intl.DateTimeFormat('en-GB', { ...SHAPE, timeZone: zone ?? undefined }));
    }
    return clocks.get(zone);
}

/** What the wall shows, as if it were UTC: ms since 1970, to the second. */
function shown(moment, zone) {
    const part = Object.fromEntries(clockOf(zone).formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second);
}

const offset = (moment, zone) => shown(moment, zone) - Math.floor(moment / 1000) * 1000;

/** The day that it is in the house. */
const dateOf = (moment, zone) => new Date(shown(moment, zone)).toISOString().slice(0, 10);

/** The day `days` after a date. */
const shifted = (date, days) => new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);

/** 1 for Monday, 7 for Sunday. */
const weekday = (date) => new Date(Date.parse(date)).getUTCDay() || 7;

/**
 * When the wall shows this minute of this day. Where clocks go back it is shown twice: → { first, last }. Where they go forward
 * and it is never shown, both are the first moment after the jump.
 */
function momentsOf(date, minutes, zone) {
    const wall = Date.parse(date) + minutes * MINUTE_MS;
    const [before, after] = [offset(wall - DAY_MS, zone), offset(wall + DAY_MS, zone)];
    const shows = [wall - before, wall - after].filter((moment) => shown(moment, zone) === wall);
    if (shows.length === 0) {
        const jump = jumpBetween(wall - after, wall - before, zone);
        return { first: jump, last: jump };
    }
    return { first: Math.min(...shows), last: Math.max(...shows) };
}

/** The moment, to the second, from which the offset is that of `late` and no longer that of `early`. */
function jumpBetween(early, late, zone) {
    const old = offset(early, zone);
    let [low, high] = [early, late];
    while (high - low > 1000) {
        const middle = low + Math.floor((high - low) / 2000) * 1000;
        [low, high] = offset(middle, zone) === old ? [middle, high] : [low, middle];
    }
    return high;
}

module.exports = { dateOf, shifted, weekday, momentsOf, MINUTE_MS };
