'use strict';
/** Rule: who is told of what is to be told, who later, and who not? Each person gets an answer, with its reasons. */

const { findCamera, nameOf } = require('./cameras');
const { rfc3339 } = require('./envelope');
const { HAPPENINGS } = require('./happenings');
const { clock } = require('./moments');
const { cut } = require('./reasons');
const { activeAt } = require('./windows');

const REASONS_MAX = 12;
/** A summary is due within an hour; a request may be late. */
const AHEAD_MS = 2 * 3_600_000;
const QUIET_MAX = 12;
const PANIC = 'panic';
const PLATES = 'plates';
const LABELS = 'alert-labels'; // the rule whose zones are known
const GONE = / gone$/;
const DENIED = /^denied plate /;

/**
 * → { tell, people, reasons } for an `alert/request` that is to be told. `known` holds the last `people` (config/people),
 * `cameras`, `mode` and `schedules` (for the clock of the house), each null before it was heard. `named`: ids of the persons
 * whom a rule wants told; null: whoever wants to know. Before anybody is known, or where nobody is entered, all stays as asked.
 */
function judge(request, known, now, named = null) {
    if (!known.people) {
        return { tell: request.tell, people: null, reasons: request.reasons };
    }
    const matter = matterOf(request, known, now, named);
    const people = known.people.people.map((person) => verdictOn(person, matter));
    const isTold = people.length === 0 || people.some(({ tell }) => tell);
    const reasons = isTold ? request.reasons : [nobody(people), ...request.reasons].slice(0, REASONS_MAX);
    return { tell: request.tell && isTold, people, reasons };
}

/** All that a person is asked about, with the name of the camera in place of its id. */
function matterOf(request, known, now, named) {
    const { camera_id: id, event_id: event, rule, labels, zones } = request;
    return {
        now, named, rule, zones, isEvent: event !== null, cameraId: id, mode: known.mode,
        camera: id && nameOf(findCamera(known.cameras, id), id),
        labels: labels.map(({ label }) => label),
        place: { latitude: null, longitude: null, zone: null, ...known.schedules },
    };
}

function verdictOn(person, matter) {
    const against = objections(person, matter);
    const { tell, later = null, quiet = [], reasons } = against.length ? { tell: false, reasons: against } : byClock(person, matter);
    return { person_id: person.id, name: person.name, tell, later, quiet, reasons: reasons.map((one) => cut(one)) };
}

/** Why a person is not told at all; empty when they are. A panic asks only whether they are told anything. */
function objections(person, matter) {
    if (!person.enabled) {
        return [`${person.name} is switched off on the page People`];
    }
    if (matter.rule === PANIC && matter.isEvent) {
        return listed(named(person, matter));
    }
    return listed(matter.named ? named(person, matter) : unwanted(person, matter), muted(person, matter));
}

const listed = (...reasons) => reasons.flat().filter((one) => one);

const named = ({ id, name }, matter) => (matter.named && !matter.named.includes(id) ? `the rule does not name ${name}` : null);

function muted({ name, muted_until: until }, { now, place }) {
    const isMuted = until !== null && Date.parse(until) > now;
    return isMuted ? `${name} is muted until ${atHome(Date.parse(until), now, place)}` : null;
}

function unwanted(person, matter) {
    const what = matter.isEvent ? [happening(person, matter)] : [label(person, matter), zone(person, matter)];
    return [camera(person, matter), ...what, mode(person, matter)];
}

const wants = (list, one) => list === null || list.includes(one);

const camera = ({ name, cameras }, matter) => (
    matter.cameraId === null || wants(cameras, matter.cameraId) ? null : `${name} does not want to know of ${matter.camera}`);

const happening = ({ name, happenings }, { rule }) => (
    happenings.includes(rule) ? null : `${name} does not want to know of ${HAPPENINGS[rule] ?? rule}`);

/** Plates that somebody has named are told whatever the labels. */
function label({ name, labels }, matter) {
    const isWanted = matter.rule === PLATES || matter.labels.some((one) => wants(labels, one) || wants(labels, one.replace(GONE, '')));
    return isWanted || labels === null ? null : `${name} does not want to know of ${matter.labels.join(', ') || 'it'}`;
}

/** Where something is, is known of what was just seen; of a plate or a departure it is not, and holds nothing back. */
function zone({ name, zones: wanted }, { rule, zones }) {
    const isUnknown = zones.length === 0 && rule !== LABELS;
    return isUnknown || wanted === null || zones.some((one) => wanted.includes(one)) ? null : `${name} wants to know of ${wanted.join(', ') || 'no zone'} only`;
}

const mode = ({ name, modes }, matter) => (
    matter.mode === null || wants(modes, matter.mode.mode_id) ? null : `${name} is not told while the mode is ${matter.mode.name.toLowerCase()}`);

/** They want to know: now, or after their quiet hours? */
function byClock(person, matter) {
    const reason = `${person.name} ${wish(matter)}`;
    const quiet = quietHours(person, matter, matter.now);
    const breaking = breaks(person, matter);
    if (!quiet.active) {
        return { tell: true, quiet: breaking ? [] : comingQuiet(person, matter), reasons: [reason] };
    }
    if (breaking) {
        return { tell: true, reasons: [reason, `breaks through the quiet hours of ${person.name}: ${breaking}`] };
    }
    if (quiet.until === null) {
        return { tell: false, reasons: [`the quiet hours of ${person.name} have no end`] };
    }
    return { tell: true, later: rfc3339(quiet.until), reasons: [reason, `quiet hours until ${atHome(quiet.until, matter.now, matter.place)}`] };
}

function wish({ rule, isEvent, named: names, labels, camera: where }) {
    if (isEvent) {
        return names ? 'is named by the rule' : rule === PANIC ? 'is told of a panic, as everybody is' : `wants to know of ${HAPPENINGS[rule] ?? rule}`;
    }
    return `wants to know of ${labels.join(', ')}${where ? ` at ${where}` : ''}`;
}

/** A zone that this machine does not know must hold nothing back. */
function quietHours({ quiet }, { place }, now) {
    return homely(() => activeAt({ windows: quiet, exceptions: [] }, place, now), { active: false, until: null });
}

/** The quiet hours that begin soon, as spans; it is not quiet now. Those without an end are none that one could wait for. */
function comingQuiet(person, matter) {
    const spans = [];
    let begins = quietHours(person, matter, matter.now).until;
    while (begins !== null && begins <= matter.now + AHEAD_MS && spans.length < QUIET_MAX) {
        const { until: ends } = quietHours(person, matter, begins);
        if (ends === null) {
            break;
        }
        spans.push({ begins_at: rfc3339(begins), ends_at: rfc3339(ends) });
        begins = quietHours(person, matter, ends).until;
    }
    return spans;
}

const atHome = (moment, now, { zone: where }) => homely(() => clock(moment, now, where), clock(moment, now));

function homely(work, otherwise) {
    try {
        return work();
    } catch (error) {
        if (error instanceof RangeError) {
            return otherwise;
        }
        throw error;
    }
}

/** What breaks through: a label, the kind of event, or a denied plate; undefined when nothing does. */
function breaks({ breaks_through: list }, { rule, isEvent, labels }) {
    if (isEvent) {
        return rule === PANIC || list.includes(rule) ? HAPPENINGS[rule] ?? rule : undefined;
    }
    const isDenied = rule === PLATES && list.includes('plate_deny');
    return labels.find((one) => list.includes(one) || list.includes(one.replace(GONE, '')) || (isDenied && DENIED.test(one)));
}

/** The first reason of a request that tells nobody. */
const nobody = (people) => (people.length === 1 ? people[0].reasons[0] : `none of ${people.length} people is told of it`);

/** The verdict in the few words of a status. */
function summary({ tell, people, reasons }) {
    if (!people?.length) {
        return tell ? 'tell: nobody is entered yet' : reasons[0];
    }
    const [now, later] = [people.filter((one) => one.tell && !one.later), people.filter((one) => one.later)];
    const parts = [now.length && `tell ${names(now)}`, later.length && `later ${names(later)}`].filter((one) => one);
    return parts.join(', ') || 'nobody';
}

const names = (people) => people.map(({ name }) => name).join(', ');

module.exports = { judge, summary };
