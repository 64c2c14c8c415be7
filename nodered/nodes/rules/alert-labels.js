'use strict';
/** Rule: is somebody told of what was seen? Told when one of the labels is an alert label of the camera. */

const { findCamera, nameOf } = require('./cameras');

const RULE = 'alert-labels';
const REASONS_MAX = 12;
const NEW_CAMERA_LABELS = ['person'];

/** → null when there is nothing to decide, else { name, tell, labels, reasons }. `labels` are those that decided. */
function judge(detected, config) {
    const seen = best(detected.detections);
    if (detected.outcome !== 'detected' || seen.length === 0) {
        return null;
    }
    const camera = findCamera(config, detected.camera_id);
    const name = nameOf(camera, detected.camera_id);
    return camera ? judgeKnown(seen, camera, name) : judgeUnknown(seen, name);
}

/** A camera's very first pictures may overtake its configuration: better told as every new camera begins than missed. */
function judgeUnknown(seen, name) {
    const verdict = judgeKnown(seen, { alert_labels: NEW_CAMERA_LABELS }, name);
    return { ...verdict, reasons: [unknown(name), ...verdict.reasons].slice(0, REASONS_MAX) };
}

function judgeKnown(seen, camera, name) {
    const wanted = seen.filter(({ label }) => camera.alert_labels.includes(label));
    const others = seen.filter((one) => !wanted.includes(one));
    const reasons = [
        ...wanted.map(({ label, score }) => `${label} (${Math.round(score * 100)} %) is an alert label of ${name}`),
        ...others.map(({ label }) => `${label} is not an alert label of ${name}`),
    ];
    const tell = wanted.length > 0;
    return { name, tell, labels: tell ? wanted : others, reasons: reasons.slice(0, REASONS_MAX) };
}

const unknown = (name) => `${name} is not in the configuration yet: it alerts as every new camera does`;

/** Each label once, with its best score, the surest first. */
function best(detections) {
    const scores = new Map();
    for (const { label, score } of detections) {
        scores.set(label, Math.max(score, scores.get(label) ?? 0));
    }
    return [...scores].map(([label, score]) => ({ label, score })).sort((a, b) => b.score - a.score);
}

module.exports = { judge, RULE };
