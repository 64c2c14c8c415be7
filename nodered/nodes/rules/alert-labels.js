'use strict';
/** Rule: is somebody told of what was seen? Told when a thing has just arrived whose label is an alert label of the camera. */

const { findCamera, nameOf } = require('./cameras');
const { began, clock } = require('./moments');

const RULE = 'alert-labels';
const REASONS_MAX = 12;
const NEW_CAMERA = { alert_labels: ['person'], seen_in: 1 };

/** → null when there is nothing to decide, else { name, tell, labels, zones, reasons }. `labels` are those that decided, `zones` where those are. */
function judge(detected, config) {
    const seen = best(detected.detections);
    if (detected.outcome !== 'detected' || seen.length === 0) {
        return null;
    }
    const camera = findCamera(config, detected.camera_id);
    const name = nameOf(camera, detected.camera_id);
    const verdict = verdictOf(seen, camera ?? NEW_CAMERA, name, Date.parse(detected.at));
    const zones = zonesOf(detected.detections, verdict);
    const reasons = camera ? verdict.reasons : [unknown(name), ...verdict.reasons].slice(0, REASONS_MAX);
    return { ...verdict, zones, reasons };
}

function verdictOf(seen, camera, name, now) {
    const isWanted = ({ label }) => camera.alert_labels.includes(label);
    const told = seen.filter((one) => isWanted(one) && arrives(one));
    const others = seen.filter((one) => !told.includes(one));
    const reasons = [
        ...told.map(({ label, score }) => `${label} (${Math.round(score * 100)} %) is an alert label of ${name}`),
        ...others.map((one) => (isWanted(one) ? presence(one, camera, now) : `${one.label} is not an alert label of ${name}`)),
    ];
    const tell = told.length > 0;
    return { name, tell, labels: (tell ? told : others).map(({ label, score }) => ({ label, score })), reasons: reasons.slice(0, REASONS_MAX) };
}

/** Each zone once in which something of a label that decided is: of what is told, only what has just arrived. */
function zonesOf(detections, { tell, labels }) {
    const decided = detections.filter((one) => labels.some(({ label }) => label === one.label) && (!tell || arrives(one)));
    return [...new Set(decided.flatMap(({ zones }) => zones))];
}

/** A detection from before there were sightings has none: better told than missed. */
const arrives = ({ arrival, sighting_id }) => arrival || sighting_id === null;

function presence({ label, place, sighting_id }, { seen_in = 1 }, now) {
    if (place < seen_in) {
        return `${label} was seen in ${place} of ${seen_in} pictures so far: it has not arrived yet`;
    }
    return `${label} is still there since ${clock(began(sighting_id), now)}`;
}

/** A camera's very first pictures may overtake its configuration: better told as every new camera begins than missed. */
const unknown = (name) => `${name} is not in the configuration yet: it alerts as every new camera does`;

/** Each label once: its surest arrival, or else its surest detection; the surest first. */
function best(detections) {
    const chosen = new Map();
    for (const one of [...detections].sort((a, b) => arrives(b) - arrives(a) || b.score - a.score)) {
        if (!chosen.has(one.label)) {
            chosen.set(one.label, one);
        }
    }
    return [...chosen.values()].sort((a, b) => b.score - a.score);
}

module.exports = { judge, RULE };
