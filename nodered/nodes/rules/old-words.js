'use strict';
/**
 * imagehub-librarian's words and ours. For each of its two questions: `names(payload)` are the file names that it is about,
 * `settles(answer)` says that the names behind this one need not be asked for, `translate(name, answer, now)` makes the old
 * answer of ours (null: none came).
 */

const { rfc3339 } = require('./envelope');

/** Counted in every old answer, also when there is none of them. */
const COUNTED = ['bird', 'dog', 'cat', 'person', 'car', 'bicycle', 'bus', 'motorbike', 'truck'];
const OLD_LABELS = new Map([['motorcycle', 'motorbike']]);

/** The last part of a path; '' when there is none. */
const fileName = (path) => path.slice(path.lastIndexOf('/') + 1);

const objects = {
    asks: 'ask-objects',
    answers: 'answer-objects',
    names: (payload) => {
        if (typeof payload !== 'string') {
            throw new Error('an old flow must ask with the path of a picture as plain text');
        }
        return [fileName(payload)];
    },
    settles: () => true,
    translate: (name, answer) => (answer?.state === 'detected'
        ? { ...counted(answer.counts), filename: name, isfile: true }
        : { filename: name, isfile: false }),
};

/** The nine that are always told, then every other label that was found. */
function counted(counts) {
    const all = new Map(COUNTED.map((label) => [label, 0]));
    for (const [label, count] of Object.entries(counts)) {
        const old = OLD_LABELS.get(label) ?? label;
        all.set(old, (all.get(old) ?? 0) + count);
    }
    return Object.fromEntries(all);
}

const plates = {
    asks: 'ask-plates',
    answers: 'answer-plates',
    names: (payload) => {
        const paths = payload?.filename;
        if (!Array.isArray(paths) || !paths.length || !paths.every((path) => typeof path === 'string')) {
            throw new Error('an old flow must ask for plates with {"filename": [path, …]}');
        }
        return paths.map(fileName);
    },
    settles: (answer) => answer.plates.length > 0,
    translate: (name, answer, now) => ({
        processing_time: answer?.took_ms ?? 0,
        results: (answer?.plates ?? []).map((plate) => result(plate, answer)),
        filename: prefix(answer, now) + name,
        version: 1,
        camera_id: null,
        timestamp: rfc3339(now),
    }),
};

/** One plate as Plate Recognizer says it. */
function result({ text, score, box, region, candidates, vehicle }, size) {
    const guesses = [{ text, score }, ...candidates];
    return {
        box: pixels(box, size),
        plate: text.toLowerCase(),
        region: { code: region ?? 'unknown', score: region ? score : 0 },
        score,
        candidates: guesses.map((one) => ({ score: one.score, plate: one.text.toLowerCase() })),
        dscore: score,
        vehicle: vehicle
            ? { score: vehicle.score, type: vehicle.label, box: pixels(vehicle.box, size) }
            : { score: 0, type: 'Unknown', box: null },
    };
}

/** Shares (0–1) of a picture → pixels; null when its size is not known. */
function pixels([x1, y1, x2, y2], { width, height }) {
    const at = (share, side) => Math.round(share * side);
    return width && height ? { xmin: at(x1, width), ymin: at(y1, height), xmax: at(x2, width), ymax: at(y2, height) } : null;
}

/** `1405_1a2b3_`: old flows cut off exactly 11 characters, whatever they are. */
function prefix(answer, now) {
    const time = new Date(now).toISOString();
    return `${time.slice(11, 13)}${time.slice(14, 16)}_${(answer?.ask_id ?? '00000').slice(-5)}_`;
}

module.exports = { objects, plates, COUNTED };
