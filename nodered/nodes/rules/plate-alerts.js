'use strict';
/** Rule: is somebody told of a plate? Of known and denied ones; allowed ones may come and go. */

const { findCamera, nameOf } = require('./cameras');
const { cut } = require('./reasons');

const RULE = 'plates';
const LABEL_MAX = 64;
const REASONS_MAX = 12;
const OWNER_MAX = 80;
const STANDINGS = {
    known: { tell: true, word: 'known plate', reason: (plate) => `${plate} is a known plate` },
    allow: { tell: false, word: 'allowed plate', reason: (plate) => `${plate} is allowed to come: nobody is told of it` },
    deny: { tell: true, word: 'denied plate', reason: (plate) => `${plate} is a denied plate` },
};

/**
 * → null when the picture settled no plate that somebody has named, else { name, tell, labels, reasons }. `labels` are
 * the plates that decided, in words.
 */
function judge(plates, config) {
    const named = plates.settled.filter(({ standing }) => standing in STANDINGS);
    if (plates.outcome !== 'read' || named.length === 0) {
        return null;
    }
    const told = named.filter(({ standing }) => STANDINGS[standing].tell);
    const tell = told.length > 0;
    const name = nameOf(findCamera(config, plates.camera_id), plates.camera_id);
    const reasons = [...told, ...named.filter((one) => !told.includes(one))].map(({ standing, text, owner }) => (
        STANDINGS[standing].reason(owner ? `${text} (${cut(owner, OWNER_MAX)})` : text)));
    return { name, tell, labels: best(tell ? told : named), reasons: [...new Set(reasons)].slice(0, REASONS_MAX) };
}

/** Each plate once, with its best score. */
function best(settled) {
    const scores = new Map();
    for (const one of settled) {
        scores.set(words(one), Math.max(one.score, scores.get(words(one)) ?? 0));
    }
    return [...scores].map(([label, score]) => ({ label, score }));
}

/** `known plate BAB123 (Anna)`; a long owner is cut. */
function words({ standing, text, owner }) {
    const plate = `${STANDINGS[standing].word} ${text}`;
    const room = LABEL_MAX - plate.length - ' ()'.length;
    return owner ? `${plate} (${owner.length > room ? `${cut(owner, room - 1)}…` : owner})` : plate;
}

module.exports = { judge, RULE };
