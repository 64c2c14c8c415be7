'use strict';
/**
 * Old devices' words (`sensor/…`, `meter/…`) and ours. A message of theirs becomes one device for each of its inputs.
 *
 * What is remembered is `{ [topic]: { [device_id]: { says, at, active } } }`: what each device of a topic is, when (ms since
 * 1970) that was last told, and whether it was active then.
 */

const { cut, slug, titled } = require('./names');

const BEAT_MS = 30_000;
const TOPICS_MAX = 200;
const INPUTS_MAX = 64;
const TEXT_MAX = 65_536;
const COUNTED_MAX = 1e15;
/** A time stamp below is the uptime of a device without a clock, and none at all. */
const FIRST_TIME_S = 1e9;
const LAST_TIME_S = 4e9;

/**
 * What an old message tells: { heartbeats, triggers, readings, memory, isNews }, the first three in the fields of our messages.
 * `isNews`: the memory is worth a write; when devices were told of last is not, as after a restart they are told of once more at
 * worst. Throws when it is none.
 */
function translated(memory, topic, text, now) {
    const seen = memory[topic] ?? {};
    const inputs = read(topic, text, seen);
    const told = inputs.map((input) => weighed(input, own(seen, input.says.device_id), now));
    const heartbeats = told.filter(({ beats }) => beats).map(({ input }) => input.says);
    const triggers = told.filter(({ triggers }) => triggers).map(({ input }) => ({ device_id: input.says.device_id, ...input.trigger }));
    const readings = inputs.filter(({ reading }) => reading).map(({ says, reading }) => ({ device_id: says.device_id, ...reading }));
    const next = told.length ? bounded(memory, topic, { ...seen, ...entries(told, now) }) : memory;
    return { heartbeats, triggers, readings, memory: next, isNews: lasting(next[topic]) !== lasting(memory[topic]) };
}

/** What of a topic's devices must outlive a restart. */
const lasting = (devices) => JSON.stringify(Object.values(devices ?? {}).map(({ says, active }) => [says, active]));

/**
 * What `meter/…/reset` says to an old meter: { topic, payload } in its own words; null when it is none that has spoken here. Its
 * registers are whole numbers.
 */
function commanded(memory, { device_id: id, set_register: set, adjust_register: add }) {
    const topic = Object.keys(memory).findLast((one) => one.startsWith('meter/') && Object.hasOwn(memory[one], id));
    if (!topic) {
        return null;
    }
    const payload = set === null ? { adjust_register: Math.round(add) } : { set_register: Math.round(set) };
    return { topic: `meter/${topic.split('/')[1]}/control`, payload };
}

/** Each device that the message speaks of: what it is (`says`), and what it reports (`trigger`; null: nothing). */
function read(topic, text, seen) {
    if (text.trim() === 'OK') {
        return Object.values(seen).map(({ says }) => ({ says, trigger: null }));
    }
    const [kind, name] = topic.split('/');
    const message = parsed(topic, text);
    return kind === 'meter' ? meter(name, message) : sensors(name, message);
}

function parsed(topic, text) {
    if (text.length > TEXT_MAX) {
        throw new Error(`an old device says too much on ${topic}: ${text.length} characters, at most ${TEXT_MAX}`);
    }
    let message = null;
    try {
        message = JSON.parse(text);
    } catch {
        // Said below, with what was expected.
    }
    if (message === null || typeof message !== 'object' || Array.isArray(message)) {
        throw new Error(`an old device must say OK or a JSON object on ${topic}`);
    }
    return message;
}

/** One device for each `input_n`; a message of the type heartbeat triggers nothing. */
function sensors(name, message) {
    const location = place(message.input_location) ?? place(name);
    const inputs = Object.keys(message).filter((key) => /^input_\d+$/.test(key) && isObject(message[key])).slice(0, INPUTS_MAX);
    return inputs.map((key) => {
        const input = message[key];
        const label = String(input.input_label ?? '').trim() || key.replace('_', ' ');
        const called = titled(`${location ?? ''} ${label}`);
        return { says: described(called, 'sensor', location), trigger: message.message_type === 'heartbeat' ? null : report(input, message) };
    });
}

/** Meters register; what hubs say to them (`set_register`, `adjust_register`) comes back on the same topics and is no meter's. */
function meter(name, message) {
    const isCommand = 'set_register' in message || 'adjust_register' in message;
    const says = described(titled(`${name ?? ''} meter`), 'meter', place(message.input_location));
    return isCommand ? [] : [{ says, trigger: null, reading: counted(message) }];
}

/** What a meter reads; null when it says no number. */
function counted({ register_reading: register, last_minute_metered: lastMinute, timestamp }) {
    const numbers = { register: register >= 0 ? credible(register) : null, last_minute: credible(lastMinute) };
    return Object.values(numbers).every((number) => number === null) ? null : { ...numbers, at: momentOf(timestamp) };
}

function report(input, { timestamp }) {
    const value = Number.isFinite(input.sample_value) ? input.sample_value : null;
    return { active: input.active === true, detail: null, value, at: momentOf(timestamp) };
}

const credible = (number) => (Number.isFinite(number) && Math.abs(number) <= COUNTED_MAX ? number : null);

/** ms since 1970; null from a device without a clock. */
function momentOf(timestamp) {
    const seconds = Number(timestamp);
    return seconds > FIRST_TIME_S && seconds < LAST_TIME_S ? Math.round(seconds * 1000) : null;
}

function described(called, kind, location) {
    return { device_id: slug(called), called: cut(called), kind, location, is_input: true, is_output: false };
}

/** Heartbeats go on at most every 30 s, and with them what has not changed; each active report goes on at once. */
function weighed(input, before, now) {
    const beats = !before || Math.abs(now - before.at) >= BEAT_MS;
    return { input, before, beats, triggers: Boolean(input.trigger) && (input.trigger.active || beats || before.active !== false) };
}

function entries(told, now) {
    return Object.fromEntries(told.map(({ input: { says, trigger }, before, beats }) => [
        says.device_id,
        { says, at: beats ? now : before.at, active: trigger ? trigger.active : before?.active ?? null },
    ]));
}

/** Of too many topics, and of too many devices of one, those that were heard of first are forgotten. */
function bounded(memory, topic, devices) {
    const kept = Object.fromEntries(Object.entries(devices).slice(-INPUTS_MAX));
    const all = Object.entries({ ...memory, [topic]: kept });
    return Object.fromEntries(all.slice(-TOPICS_MAX));
}

const own = (all, id) => (Object.hasOwn(all, id) ? all[id] : undefined);
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const place = (text) => (typeof text === 'string' && text.trim() ? cut(titled(text)) : null);

module.exports = { translated, commanded, BEAT_MS, TOPICS_MAX };
