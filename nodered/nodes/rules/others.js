'use strict';
/**
 * What others' devices say (`things` of announcements.js, and Ring's), in our words; and what is ordered of them, in theirs.
 *
 * What is remembered is `{ [device_id]: { says, told_at, active, detail, on, there, until, ordered } }`: what it is, when (ms since
 * 1970) it last had a heartbeat, how it stands, `there` (by topic) what is said of whether it is reached, until when it is active without
 * a further word, and the id of the last order.
 */

const ring = require('./ring');
const { valueAt } = require('./value-template');

const BEAT_MS = 30_000;
const RING_MAX = 200;
const COUNTED_MAX = 1e15;
const NOTHING = { told_at: null, active: null, detail: null, on: null, there: {}, until: null, ordered: null };

/** What a message tells: { said, memory, isNews }; `said` is a list of { word, fields } of our messages. `isNews`: worth a write. */
function heard(memory, things, topic, text, now) {
    const signs = ring.isRing(topic) ? ringSigns(memory, things, topic, text) : things.filter(({ is_ring: isRing }) => !isRing).flatMap((one) => sign(one, topic, text));
    return signs.reduce((all, one) => joined(all, told(all.memory, one, now)), start(memory));
}

/** Once a minute, and when things are announced: who is new, who is still there, and whose time is over. What is no more is forgotten. */
function ticked(memory, things, now) {
    const all = things.filter(({ is_ring: isRing }) => !isRing);
    const ids = new Set(all.map(({ id }) => id));
    const kept = Object.fromEntries(Object.entries(memory).filter(([id, entry]) => ids.has(id) || entry.is_ring));
    const started = { ...start(kept), isNews: Object.keys(kept).length !== Object.keys(memory).length };
    const alive = [
        ...all.filter(({ id, availability }) => !kept[id] || isThere(availability.mode, kept[id].there)).map((one) => ({ says: described(one), beats: true })),
        ...Object.values(kept).filter((entry) => entry.is_ring && isThere('all', entry.there)).map(({ says }) => ({ says, beats: true, is_ring: true })),
    ];
    return overdue(alive.reduce((result, one) => joined(result, told(result.memory, one, now)), started), now);
}

/** Those that are active until a time, and it is over. */
function due(memory, now) {
    return overdue(start(memory), now);
}

/** When the next one's time is over, in ms since 1970; null: none. */
function nextDue(memory) {
    const times = Object.values(memory).map(({ until }) => until).filter((until) => until !== null);
    return times.length ? Math.min(...times) : null;
}

/** An order of ours in the words of the thing that it is for: { command, said, memory, isNews }; null when it is for none of them. */
function ordered(memory, things, order, now) {
    const one = things.find(({ id, command }) => id === order.device_id && command);
    const payload = one ? (order.on ? one.command.on : one.command.off) : null;
    if (!one || order.on === null || memory[one.id]?.ordered === order.id) {
        return null;
    }
    if (Date.parse(order.expires_at) < now) {
        throw new Error(`an order to ${one.called} came too late, and was left undone`);
    }
    const entry = { ...(memory[one.id] ?? { ...NOTHING, says: described(one) }), ordered: order.id };
    const result = { ...start({ ...memory, [one.id]: entry }), isNews: true, command: payload === null ? null : { topic: one.command.topic, payload } };
    // One that does not say how it stands is taken at its word; a push is over at once.
    return one.state ? result : { ...result, said: [{ word: 'state', fields: { device_id: one.id, on: order.on && one.command.off !== null, detail: null } }] };
}

const start = (memory) => ({ said: [], memory, isNews: false });
const joined = (all, more) => ({ said: [...all.said, ...more.said], memory: more.memory, isNews: all.isNews || more.isNews });

/** What a message means for one thing: nothing, a word of whether it is there, how it stands, or that it lives. */
function sign(one, topic, text) {
    const says = described(one);
    const there = one.availability.topics.filter((each) => each.topic === topic).map(({ path, on, off }) => ({ value: valueAt(path, text), on, off }))
        .filter(({ value, on, off }) => value === on || value === off).map(({ value, on }) => ({ says, there: { mode: one.availability.mode, topic, isThere: value === on } }));
    return one.state?.topic === topic ? [...there, { says, ...standing(one, valueAt(one.state.path, text)) }] : there;
}

function standing({ state, is_output: isOutput, counts, off_after_ms: offAfter }, value) {
    if (counts) {
        return { reading: counted(counts, value) };
    }
    if (value !== state.on && value !== state.off) {
        return {};
    }
    return isOutput ? { on: value === state.on } : { active: value === state.on, detail: null, off_after_ms: offAfter };
}

/** null for what is no number, or none that a register can be. */
function counted(name, value) {
    const number = value === undefined || value.trim() === '' ? NaN : Number(value);
    const fits = Number.isFinite(number) && Math.abs(number) <= COUNTED_MAX && (name !== 'register' || number >= 0);
    return fits ? { register: null, last_minute: null, [name]: number } : null;
}

function ringSigns(memory, things, topic, text) {
    const word = ring.heard(topic, text);
    if (!word) {
        return [];
    }
    const there = { mode: 'all', topic: 'status', isThere: word.isThere };
    const mine = Object.values(memory).filter((entry) => entry.is_ring && entry.says.device_id.startsWith(`${ring.idOf(word.device, '')}-`));
    const signs = word.signs.map((one) => ({ ...one, says: renamed(one.says, things), is_ring: true }));
    const fresh = signs.filter(({ says }) => !Object.hasOwn(memory, says.device_id)).length;
    if (fresh && Object.values(memory).filter((entry) => entry.is_ring).length + fresh > RING_MAX) {
        throw new Error(`there are ${RING_MAX} devices of Ring already`);
    }
    return [...mine.map(({ says }) => ({ says, there, is_ring: true })), ...signs.map((one) => ({ ...one, there }))];
}

/** As ring-mqtt has announced it; the alarm's second device by the name of the first. */
function renamed(says, things) {
    const id = says.kind === 'armed' ? says.device_id.replace(/armed$/, 'alarm') : says.device_id;
    const one = things.find((each) => each.is_ring && each.id === id);
    const called = one && (says.kind === 'armed' ? `${[...one.called].slice(0, 110).join('')} armed` : one.called);
    return one ? { ...says, called, location: one.location } : says;
}

const described = ({ id, called, kind, location, is_input: isInput, is_output: isOutput }) => ({ device_id: id, called, kind, location, is_input: isInput, is_output: isOutput });

/** What one sign adds. Heartbeats go on every 30 s at most, how it stands when it changes, readings each time. */
function told(memory, one, now) {
    const { says } = one;
    const before = memory[says.device_id] ?? { ...NOTHING, says };
    const there = one.there ? heardOf(before.there, one.there) : before.there;
    const isGone = one.there && !isThere(one.there.mode, there);
    const beats = !isGone && (one.beats || before.told_at === null || Math.abs(now - before.told_at) >= BEAT_MS);
    const stands = { active: one.active ?? before.active, detail: one.active === undefined ? before.detail : one.detail, on: one.on ?? before.on };
    const until = one.active === undefined ? before.until : one.active && one.off_after_ms ? now + one.off_after_ms : null;
    const entry = { ...before, ...stands, says, there, until, told_at: beats ? now : before.told_at, ...(one.is_ring && { is_ring: true }) };
    const said = [...(beats ? [{ word: 'heartbeat', fields: says }] : []), ...changes(says.device_id, before, stands, one)];
    return { said, memory: { ...memory, [says.device_id]: entry }, isNews: lasting(entry) !== lasting(memory[says.device_id]) };
}

/** When it was told of last is not worth a write: after a restart it is told of once more at worst. */
const lasting = (entry) => JSON.stringify(entry && { ...entry, told_at: null });

function changes(id, before, { active, detail, on }, { reading }) {
    const isNews = active !== before.active || (active && detail !== before.detail);
    return [
        ...(active !== null && isNews ? [{ word: 'trigger', fields: { device_id: id, active, detail, value: null } }] : []),
        ...(on !== null && on !== before.on ? [{ word: 'state', fields: { device_id: id, on, detail: null } }] : []),
        ...(reading ? [{ word: 'reading', fields: { device_id: id, ...reading } }] : []),
    ];
}

/** With the mode `latest` the last word counts alone. */
const heardOf = (before, { mode, topic, isThere: word }) => (mode === 'latest' ? { [topic]: word } : { ...before, [topic]: word });

/** Whether it is known to be reached; without any word it is not. */
function isThere(mode, there) {
    const words = Object.values(there);
    return mode === 'any' ? words.some(Boolean) : words.length > 0 && words.every(Boolean);
}

function overdue(result, now) {
    const over = Object.values(result.memory).filter(({ until }) => until !== null && until <= now);
    return over.reduce((all, { says, is_ring: isRing }) => joined(all, told(all.memory, { says, active: false, detail: null, is_ring: isRing }, now)), result);
}

module.exports = { heard, ticked, due, nextDue, ordered, BEAT_MS, RING_MAX };
