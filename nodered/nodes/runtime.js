'use strict';
/** What the nodes share at run time: real time and randomness, the remembered configuration, answers to Node-RED. */

const crypto = require('node:crypto');
const { check } = require('./rules/contracts');
const { envelope } = require('./rules/envelope');
const { shorten } = require('./rules/reasons');

const CONFIG_TOPIC = '/config/cameras';
const STORE = 'disk'; // settings.js names it: outlives a restart, so that pictures queued meanwhile meet the right plan

/** A whole message that keeps its contract. Throws when it does not. */
function make(contract, fields) {
    return check(contract, envelope(fields, Date.now(), crypto.randomBytes(10)));
}

/** Runs `work`; what it throws becomes the node's red status and goes to the tab's catch node. */
function attempt(node, done, work) {
    try {
        work();
        done();
    } catch (error) {
        node.status({ fill: 'red', shape: 'ring', text: shorten(error.message, ERROR_MAX) });
        done(error);
    }
}

/**
 * A value in the node's own context on disk: { value, keep(next), whenKnown(work) }. It starts as `first`. Reading it takes
 * some milliseconds, in which the broker may already deliver: work waits for it, in its order.
 */
function remembered(node, key, first) {
    const waiting = [];
    const complain = (error) => error && node.warn(`the context store ${STORE} failed: ${error.message}`);
    const memory = {
        value: first,
        known: false,
        keep: (next) => {
            memory.value = next;
            node.context().set(key, next, STORE, complain);
        },
        whenKnown: (work) => (memory.known ? work() : waiting.push(work)),
    };
    node.context().get(key, STORE, (error, value) => {
        complain(error);
        memory.value = value ?? first;
        memory.known = true;
        waiting.splice(0).forEach((work) => work());
    });
    return memory;
}

/** True when the message was the cameras' configuration, which is then remembered. Throws when it breaks its contract. */
function learn(cameras, msg) {
    if (!String(msg.topic ?? '').endsWith(CONFIG_TOPIC)) {
        return false;
    }
    cameras.keep(check('config-cameras', msg.payload));
    return true;
}

/** What nodes learn, by the end of the topic. */
const LESSONS = {
    cameras: 'config/cameras', devices: 'config/devices', links: 'config/links', mode: 'mode/state', people: 'config/people',
    schedules: 'config/schedules',
};

/**
 * Makes a node decide by what it has learned: `known` holds the last of each of its `lessons` (keys of LESSONS), also over a
 * restart, and null before the first; lessons of other nodes are passed over. `decide(msg, known, send)` is asked about the rest.
 */
function learns(node, lessons, decide) {
    const nothing = Object.fromEntries(lessons.map((key) => [key, null]));
    const known = remembered(node, 'known', nothing);
    node.on('input', (msg, send, done) => known.whenKnown(() => attempt(node, done, () => {
        const lesson = Object.keys(LESSONS).find((key) => String(msg.topic ?? '').endsWith(`/${LESSONS[key]}`));
        if (!lesson) {
            decide(msg, { ...nothing, ...known.value }, send);
        } else if (lessons.includes(lesson)) {
            known.keep({ ...known.value, [lesson]: check(LESSONS[lesson].replace('/', '-'), msg.payload) });
        }
    })));
}

/**
 * Makes a node decide by the cameras' last configuration: `decide(message, cameras)` is asked about each message that keeps the
 * contract, and gives one payload an output (null: nothing goes out there). `beside(message)` is what each message bears besides.
 */
function decides(node, contract, decide, beside = () => ({})) {
    const cameras = remembered(node, 'cameras', null);
    node.on('input', (msg, send, done) => cameras.whenKnown(() => attempt(node, done, () => {
        if (learn(cameras, msg)) {
            const count = msg.payload.cameras.length;
            node.status({ fill: 'grey', shape: 'dot', text: stamped(`knows ${count} ${count === 1 ? 'camera' : 'cameras'}`) });
        } else {
            const payloads = decide(check(contract, msg.payload), cameras.value);
            send(payloads.map((payload) => payload && { ...beside(msg.payload), _msgid: msg._msgid, payload }));
        }
    })));
}

/** What an alert is judged by. */
const JUDGED_BY = ['cameras', 'people', 'schedules', 'mode'];

/**
 * Makes a node judge requests for alerts: `judge(request, known, msg)` → the request as it goes on. What tells goes to the first
 * output, the rest to the second. `text(request)` is the node's status.
 */
function judges(node, judge, text) {
    learns(node, JUDGED_BY, (msg, known, send) => {
        const payload = check('alert-request', judge(check('alert-request', msg.payload), known, msg));
        node.status({ fill: payload.tell ? 'green' : 'grey', shape: 'dot', text: stamped(text(payload)) });
        const verdict = { _msgid: msg._msgid, payload };
        send(payload.tell ? [verdict, null] : [null, verdict]);
    });
}

/** An `alert/request` before anybody has asked who wants to know: what is not among `fields` is not there. */
function ask(fields) {
    return make('alert-request', { image_id: null, event_id: null, labels: [], zones: [], text: null, people: null, ...fields });
}

/** Payloads for the outputs “tell” and “do not tell” from a rule's verdict on a picture; null is no verdict. */
function verdictOn(node, image, rule, verdict) {
    if (!verdict) {
        return [null, null];
    }
    const { name, tell, labels, zones = [], reasons } = verdict;
    const request = ask({ image_id: image.image_id, camera_id: image.camera_id, rule, tell, labels, zones, reasons });
    const text = `${tell ? 'tell' : 'not told'}: ${name}, ${labels.map(({ label }) => label).join(', ')}`;
    node.status({ fill: tell ? 'green' : 'grey', shape: 'dot', text: stamped(text) });
    return tell ? [request, null] : [null, request];
}

/** Says that what comes is left alone until something was heard that a node needs: it comes again. */
const waits = (node, what) => node.status({ fill: 'yellow', shape: 'ring', text: stamped(`${what} not known yet`) });

/** `… · 14:03:10`, in the time zone of the house. */
function stamped(text) {
    return `${shorten(text, STATUS_MAX)} · ${new Date().toLocaleTimeString('en-GB')}`;
}

const STATUS_MAX = 40; // longer ones run into the next node
const ERROR_MAX = 60;

module.exports = { make, attempt, remembered, learn, learns, decides, judges, ask, verdictOn, waits, stamped };
