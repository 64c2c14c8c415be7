'use strict';
/**
 * Rule: which service has gone silent, which is back? `memory` maps `service/instance` to
 * { offlineSince: ms, reported: whether its silence was told }; a service that is well has no entry.
 */

const { rfc3339 } = require('./envelope');

const MEANING = {
    hub: 'pictures from cameras are not taken in',
    detector: 'pictures wait to be looked at',
    plates: 'licence plates are not read',
    notifier: 'nobody is told of what is seen',
    scribe: 'events are not written down',
    keeper: 'what waits is not reminded, and nothing is tidied',
    gallery: 'the pages cannot be opened',
};

/** A status was heard. → { memory, reports }: a report only when a silence that was told is over. */
function heard(memory, status, now) {
    const key = `${status.service}/${status.instance}`;
    const { [key]: entry, ...others } = memory;
    if (status.state === 'offline') {
        return { memory: { ...others, [key]: entry ?? { offlineSince: now, reported: false } }, reports: [] };
    }
    return { memory: others, reports: entry?.reported ? [back(key, entry, now)] : [] };
}

/**
 * Time has passed. → { memory, reports }: a report for each service offline for `hold` ms that was not told yet.
 * None before `notBefore`: when the whole house starts, what stopped with it needs a moment to come back.
 */
function due(memory, now, hold, notBefore = 0) {
    const isLate = (entry) => !entry.reported && now >= Math.max(entry.offlineSince + hold, notBefore);
    const late = Object.entries(memory).filter(([, entry]) => isLate(entry));
    const told = Object.fromEntries(late.map(([key, entry]) => [key, { ...entry, reported: true }]));
    return { memory: { ...memory, ...told }, reports: late.map(([key, entry]) => silent(key, entry)) };
}

/** When `due` has something to say next, in ms since 1970; null when nothing is held. */
function nextDue(memory, hold, notBefore = 0) {
    const held = Object.values(memory).filter((entry) => !entry.reported).map((entry) => entry.offlineSince + hold);
    return held.length ? Math.max(Math.min(...held), notBefore) : null;
}

function silent(key, entry) {
    const [service] = key.split('/');
    const meaning = MEANING[service] ? `: ${MEANING[service]}` : '';
    return report('service_silent', `The ${title(key)} is not running${meaning}.`, entry.offlineSince);
}

function back(key, entry, now) {
    return report('service_back', `The ${title(key)} is back after ${duration(now - entry.offlineSince)}.`, now);
}

function report(kind, detail, happenedAt) {
    return { kind, camera_id: null, node_id: null, detail, happened_at: rfc3339(happenedAt) };
}

/** `detector/1` → `detector`; `detector/b` → `detector (b)`. */
function title(key) {
    const [service, instance] = key.split('/');
    return instance === '1' ? service : `${service} (${instance})`;
}

function duration(ms) {
    const seconds = Math.max(0, Math.round(ms / 1000));
    return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** One line: who is silent, or that all is well. */
function summary(memory) {
    const keys = Object.keys(memory).filter((key) => memory[key].reported).map(title);
    return keys.length ? `silent: ${keys.join(', ')}` : 'all running';
}

module.exports = { heard, due, nextDue, summary };
