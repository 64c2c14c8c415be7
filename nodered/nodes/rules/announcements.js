'use strict';
/**
 * What others announce to Home Assistant (its MQTT discovery), read as devices of ours. An announcement is one part
 * (`homeassistant/<component>/…/config`) or a device with several (`homeassistant/device/…/config`).
 *
 * A device here is a *thing*: { id, called, kind, location, is_input, is_output, state, command, availability, off_after_ms, counts,
 * is_ring }, of plain values only. What is remembered is `{ [topic]: { things, refused } }`, `refused` as sentences.
 */

const { cut, slug, titled } = require('./names');
const { shorten } = require('./reasons');
const ring = require('./ring');
const { pathOf, worded } = require('./value-template');

const TEXT_MAX = 131_072;
const PARTS_MAX = 64;
const THINGS_MAX = 200;
const REFUSED_MAX = 20;
const TOPIC_MAX = 250;
const PAYLOAD_MAX = 200;
const OURS = 'hearthwatch';
const OTHER = 'other';
const SHORT = {
    p: 'platform', cmps: 'components', dev: 'device', o: 'origin', uniq_id: 'unique_id', dev_cla: 'device_class', stat_cla: 'state_class',
    ent_cat: 'entity_category', en: 'enabled_by_default', stat_t: 'state_topic', cmd_t: 'command_topic', val_tpl: 'value_template',
    cmd_tpl: 'command_template', pl_on: 'payload_on', pl_off: 'payload_off', pl_prs: 'payload_press', stat_on: 'state_on', stat_off: 'state_off',
    off_dly: 'off_delay', avty: 'availability', avty_t: 'availability_topic', avty_tpl: 'availability_template', avty_mode: 'availability_mode',
    pl_avail: 'payload_available', pl_not_avail: 'payload_not_available', t: 'topic', sa: 'suggested_area',
};
/** What a device has for all its parts. */
const SHARED = ['~', 'device', 'state_topic', 'command_topic', 'availability', 'availability_topic', 'availability_template', 'availability_mode',
    'payload_available', 'payload_not_available'];
const KINDS = { door: 'contact', window: 'contact', garage_door: 'contact', opening: 'contact', occupancy: 'motion', moving: 'motion', moisture: 'leak' };
const COUNTED = { total: 'register', total_increasing: 'register', measurement: 'last_minute' };

/** What one announcement says: { things, refused }. `places` are the first parts of topics that others may speak on. Throws when it cannot be read. */
function read(topic, text, { base, places }) {
    const [, component, ...names] = topic.split('/').slice(0, -1);
    const message = text === '' || names.some((name) => name.startsWith(`${OURS}_`)) ? {} : parsed(topic, text);
    const result = { things: [], refused: [] };
    for (const part of parts(component, names.join(' '), message)) {
        const called = calling(part);
        try {
            result.things.push(...thing(part, called, { base, places }));
        } catch (error) {
            result.refused.push(shorten(`${called} cannot be read: ${error.message}`));
        }
    }
    return { ...result, refused: result.refused.slice(0, REFUSED_MAX) };
}

function parsed(topic, text) {
    let message = null;
    try {
        message = text.length <= TEXT_MAX ? JSON.parse(text) : null;
    } catch {
        // Said below, with what was expected.
    }
    if (!isObject(message)) {
        throw new Error(`an announcement must be a JSON object of at most ${TEXT_MAX} characters, on ${shorten(topic, 100)}`);
    }
    return expanded(message);
}

/** The parts that are worth a device; settings, diagnoses and other components are passed over. */
function parts(component, name, message) {
    if (named(message.origin) === 'Hearthwatch') {
        return [];
    }
    const all = component === 'device' ? several(message) : [{ ...message, platform: component, object: name }];
    return all.filter((one) => Object.hasOwn(READERS, one.platform) && !one.entity_category && one.enabled_by_default !== false);
}

function several(message) {
    const shared = Object.fromEntries(SHARED.filter((key) => key in message).map((key) => [key, message[key]]));
    const components = isObject(message.components) ? Object.entries(message.components) : [];
    return components.filter(([, part]) => isObject(part)).slice(0, PARTS_MAX).map(([object, part]) => ({ ...shared, ...expanded(part), object }));
}

/** With whole keys; a whole one goes before its short form. */
function expanded(message) {
    const entries = Object.entries(message).map(([key, value]) => [Object.hasOwn(SHORT, key) ? SHORT[key] : key, value]);
    return { ...Object.fromEntries(entries), ...message };
}

/** `Hall Door`: the device and its part, whose name may begin with the device's. */
function calling({ name, device, object, device_class: kind }) {
    const whole = named(device) ?? '';
    const made = whole && name === null ? '' : titled((plain(kind) ?? object).replaceAll('_', ' '));
    const part = plain(name) ?? made;
    return cut(part.startsWith(whole) ? part : `${whole} ${part}`.trim()) || 'unnamed';
}

/** The things of one part: one, or none when it is ours, or of Ring and cannot be read. */
function thing(part, called, { base, places }) {
    const whole = { ...part, state: topicOf(part, part.state_topic), command: topicOf(part, part.command_topic) };
    if ([whole.state, whole.command].some((topic) => topic?.split('/')[0] === base)) {
        return [];
    }
    const says = { called, location: place(part.device) };
    const fromRing = ring.announced(whole, says);
    if (fromRing) {
        return fromRing;
    }
    [whole.state, whole.command].forEach((topic) => topic === null || allowed(topic, places));
    const id = slug(`${OTHER} ${plain(part.unique_id) ?? part.object}`);
    return [{ id, ...says, availability: availability(part, places), ...READERS[part.platform](whole), is_ring: false }];
}

const READERS = {
    binary_sensor: (part) => ({ kind: kindOf(part, 'sensor'), ...INPUT, state: state(part), off_after_ms: delay(part.off_delay) }),
    sensor: (part) => ({ kind: 'meter', ...INPUT, state: state(part), counts: counts(part) }),
    switch: (part) => ({ kind: 'switch', ...OUTPUT, state: part.state && state({ ...part, ...switched(part) }), command: command(part) }),
    button: (part) => ({ kind: 'push', ...OUTPUT, command: { ...command(part), on: payload(part.payload_press, 'PRESS'), off: null } }),
};

const INPUT = { is_input: true, is_output: false, command: null, off_after_ms: null, counts: null };
const OUTPUT = { is_input: false, is_output: true, state: null, off_after_ms: null, counts: null };

const switched = ({ state_on: on, state_off: off, payload_on: payloadOn, payload_off: payloadOff }) => ({ payload_on: on ?? payloadOn, payload_off: off ?? payloadOff });

function state(part) {
    if (!part.state) {
        throw new Error('it has no state topic');
    }
    return { topic: part.state, path: path(part.value_template), on: payload(part.payload_on, 'ON'), off: payload(part.payload_off, 'OFF') };
}

function command(part) {
    if (!part.command) {
        throw new Error('it has no command topic');
    }
    if (part.command_template) {
        throw new Error('its command template is a program');
    }
    return { topic: part.command, on: payload(part.payload_on, 'ON'), off: payload(part.payload_off, 'OFF') };
}

function counts({ state_class: kind }) {
    if (!Object.hasOwn(COUNTED, String(kind))) {
        throw new Error('it neither counts nor measures');
    }
    return COUNTED[kind];
}

function availability(part, places) {
    const list = Array.isArray(part.availability) ? part.availability.filter(isObject).slice(0, 8).map(expanded) : [];
    const one = part.availability_topic ? [{ ...part, topic: part.availability_topic, value_template: part.availability_template }] : [];
    const mode = ['all', 'any'].includes(part.availability_mode) ? part.availability_mode : 'latest';
    return { mode, topics: [...one, ...list].map((each) => ({
        topic: allowed(topicOf(part, each.topic), places),
        path: path(each.value_template),
        on: payload(each.payload_available, 'online'),
        off: payload(each.payload_not_available, 'offline'),
    })) };
}

function path(template) {
    const found = pathOf(template);
    if (!found) {
        throw new Error('its template is a program, and not the place of a value');
    }
    return found;
}

/** A topic with `~`, the base topic of the announcement, filled in; null where there is none. */
function topicOf(part, topic) {
    if (typeof topic !== 'string' || !topic) {
        return null;
    }
    const base = plain(part['~']) ?? '~';
    const begun = topic.startsWith('~') ? base + topic.slice(1) : topic;
    return begun.endsWith('~') ? begun.slice(0, -1) + base : begun;
}

function allowed(topic, places) {
    if (typeof topic !== 'string' || topic.length > TOPIC_MAX || /[+#\u0000]/.test(topic)) {
        throw new Error('a topic is none');
    }
    if (!places.includes(topic.split('/')[0])) {
        throw new Error(`nobody else may speak on ${shorten(topic, 80)}`);
    }
    return topic;
}

function payload(value, otherwise) {
    const text = worded(value ?? otherwise);
    if (text === undefined || text.length > PAYLOAD_MAX) {
        throw new Error('a payload is no short text');
    }
    return text;
}

const kindOf = ({ device_class: kind }, otherwise) => {
    const word = plain(kind);
    return word === null ? otherwise : Object.hasOwn(KINDS, word) ? KINDS[word] : slug(word);
};
const delay = (seconds) => (Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 86_400) * 1000 : null);
const place = (device) => (isObject(device) ? plain(expanded(device).suggested_area) : null);
const named = (device) => (isObject(device) ? plain(device.name) : null);
const plain = (text) => (typeof text === 'string' && text.trim() ? cut(text.trim()) : null);
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/**
 * What is known after an announcement: { known, isNews, complaints }. An id belongs to who announced it first; of too many
 * things the last are refused. `complaints` are the sentences that were not there before.
 */
function learned(known, topic, { things, refused }) {
    const { [topic]: before, ...others } = known;
    const taken = new Set(Object.values(others).flatMap((one) => one.things.map(({ id }) => id)));
    const entry = { things: [], refused: [...refused] };
    for (const one of things) {
        const why = taken.has(one.id) ? 'its id is another one’s' : taken.size >= THINGS_MAX ? `there are ${THINGS_MAX} others already` : null;
        if (why) {
            entry.refused.push(`${one.called} is not taken: ${why}`);
        } else {
            taken.add(one.id);
            entry.things.push(one);
        }
    }
    const isKept = entry.things.length > 0 || (entry.refused.length > 0 && Object.keys(others).length < 2 * THINGS_MAX);
    const isNews = JSON.stringify(isKept ? entry : undefined) !== JSON.stringify(before);
    const complaints = entry.refused.filter((one) => !before?.refused.includes(one));
    return { known: isKept ? { ...others, [topic]: entry } : others, isNews, complaints: isNews ? complaints : [] };
}

/** Whether a device of ours came by an announcement: its id begins as those of no other do. */
const isOthers = ({ id }) => id.startsWith(`${OTHER}-`);

const thingsOf = (known) => Object.values(known).flatMap(({ things }) => things);

/** The topics that the things of `known` speak on, each once. Ring's are heard anyway. */
function topicsOf(known) {
    const all = thingsOf(known).filter((one) => !one.is_ring).flatMap(({ state: said, availability: there }) => [said?.topic, ...there.topics.map(({ topic }) => topic)]);
    return [...new Set(all.filter(Boolean))];
}

module.exports = { read, isOthers, learned, thingsOf, topicsOf, THINGS_MAX };
