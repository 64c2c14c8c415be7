'use strict';
/** Moments in words, in the time zone of the house: by default this machine's. */

const DAY_MS = 86_400_000;
const TIME = { hour: '2-digit', minute: '2-digit' };

/** When a thing began that has a UUIDv7: ms since 1970. */
const began = (id) => parseInt(id.replaceAll('-', '').slice(0, 12), 16);

/** `14:03`, or `Fri 14:03` for what is not of the last 24 hours. */
function clock(moment, now, zone = null) {
    const isToday = Math.abs(now - moment) < DAY_MS;
    const shape = { ...TIME, timeZone: zone ?? undefined, weekday: isToday ? undefined : 'short' };
    return new Date(moment).toLocaleString('en-GB', shape).replace(',', '');
}

/** `14:03:10`. */
const second = (moment, zone = null) => new Date(moment).toLocaleTimeString('en-GB', { timeZone: zone ?? undefined });

/** `40 s`, `12 min`, `3 h 5 min`, `2 d 4 h`. */
function lasting(ms) {
    const seconds = Math.max(Math.round(ms / 1000), 0);
    if (seconds < 120) {
        return `${seconds} s`;
    }
    const minutes = Math.round(seconds / 60);
    if (minutes < 120) {
        return `${minutes} min`;
    }
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? two(hours, 'h', minutes % 60, 'min') : two(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

const two = (large, unit, small, smaller) => (small ? `${large} ${unit} ${small} ${smaller}` : `${large} ${unit}`);

module.exports = { began, clock, lasting, second };
