'use strict';
/**
 * What ring-mqtt says of a Ring alarm: `ring/<location>/<category>/<device>/<subject>/state`, plain text. It is only read: nothing
 * here can disarm it. `…/attributes` is a sign of life, `…/status` says whether a device is there.
 */

const { cut, slug, titled } = require('./names');

const FIRST = 'ring';
const KINDS = {
    contact: 'contact', motion: 'motion', ding: 'button', smoke: 'smoke', co: 'carbon_monoxide', flood: 'leak', freeze: 'cold', glassbreak: 'glassbreak', alarm: 'alarm',
};
const ARMED = ['armed_home', 'armed_away', 'armed_night', 'pending', 'triggered'];
const MODES = ['disarmed', 'arming', 'disarming', ...ARMED];

const isRing = (topic) => topic.startsWith(`${FIRST}/`);

/** { device, subject, word } of a topic; null when it is none of those. A device's own status has no subject. */
function parts(topic) {
    const [, , , device, ...rest] = topic.split('/');
    const [subject, word] = rest.length === 1 ? [null, rest[0]] : rest;
    return device && rest.length <= 2 && ['state', 'attributes', 'status'].includes(word) ? { device, subject, word } : null;
}

const idOf = (device, subject) => slug(`${FIRST} ${device} ${subject}`);

/** What an announcement of ring-mqtt adds to what is heard: a name and a place. null when it is not of Ring, [] when it is of no use. */
function announced({ state, command }, says) {
    if (![state, command].some((topic) => topic && isRing(topic))) {
        return null;
    }
    const of = state && isRing(state) ? parts(state) : null;
    return of && of.word === 'state' && Object.hasOwn(KINDS, String(of.subject)) && !command ? [{ id: idOf(of.device, of.subject), ...says, is_ring: true }] : [];
}

/** What a message says: signs ({ says, active?, detail? }), or that a device is there or not ({ device, isThere }); null: nothing. */
function heard(topic, text) {
    const of = parts(topic);
    if (!of) {
        return null;
    }
    if (of.word === 'status') {
        return { device: of.device, isThere: text.trim() === 'online', signs: [] };
    }
    const signs = Object.hasOwn(KINDS, String(of.subject)) ? signsOf(of, text.trim()) : [];
    return { device: of.device, isThere: true, signs: of.word === 'state' ? signs : signs.map(({ says }) => ({ says })) };
}

function signsOf({ device, subject }, text) {
    if (subject === 'alarm') {
        return alarm(device, text);
    }
    return [{ says: described(device, subject, KINDS[subject]), ...(['ON', 'OFF'].includes(text) && { active: text === 'ON', detail: null }) }];
}

/** An alarm is two devices: one is active while it sounds, the other while it is armed. */
function alarm(device, text) {
    const known = MODES.includes(text);
    const detail = text.replaceAll('_', ' ');
    return [
        { says: described(device, 'alarm', 'alarm'), ...(known && { active: text === 'triggered', detail: null }) },
        { says: described(device, 'armed', 'armed'), ...(known && { active: ARMED.includes(text), detail }) },
    ];
}

function described(device, subject, kind) {
    return { device_id: idOf(device, subject), called: cut(`Ring ${titled(subject)} ${device}`), kind, location: null, is_input: true, is_output: false };
}

module.exports = { announced, heard, isRing, idOf };
