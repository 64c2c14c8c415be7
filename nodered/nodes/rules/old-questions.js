'use strict';
/**
 * Rule: each question of an old flow is answered once, and always. `waiting` is the list of those that are not answered yet:
 * { names: those still to ask for, asks: ids of what was asked, tries: how often for this name, since, askedAt: ms, best }.
 * `words` is one of old-words; `ask(name)` asks our services and returns the id. Each rule → { waiting, finished }, and
 * `finished` holds { name, answer: ours or null, why: null, or in words why nothing better is known }.
 */

const WAITING_MAX = 200;
const NAME_MAX = 255;
const PAUSE_MS = 1000;
const PAUSE_MAX_MS = 8000;

/** An old flow asks. The oldest question makes room when there are too many. */
function begun(waiting, names, now, ask, words) {
    const entry = { names, asks: [], tries: 0, since: now, askedAt: now, best: null };
    const [overflow, kept] = [waiting.slice(0, Math.max(0, waiting.length + 1 - WAITING_MAX)), waiting.slice(-(WAITING_MAX - 1))];
    const crowded = overflow.map((one) => ended(one, `more than ${WAITING_MAX} old questions wait`));
    const next = onward(entry, now, ask, words);
    return { waiting: next.entry ? [...kept, next.entry] : kept, finished: [...crowded, ...next.finished] };
}

/** Our services answer. What is not known yet is asked for again later; an answer to nothing that waits is passed over. */
function answered(waiting, answer, now, ask, words) {
    const entry = waiting.find(({ asks }) => asks.includes(answer.ask_id));
    if (!entry || answer.state === 'waiting' || answer.name !== entry.names[0]) {
        return { waiting, finished: [] };
    }
    const next = settled(entry, answer, now, ask, words);
    return { waiting: waiting.flatMap((one) => (one === entry ? next.entry ?? [] : one)), finished: next.finished };
}

/** Time has passed: who has waited for `limit` ms is answered with what is known, others are asked for again. */
function due(waiting, now, limit, ask) {
    const late = waiting.filter((entry) => now >= entry.since + limit);
    const others = waiting.filter((entry) => !late.includes(entry));
    const finished = late.map((entry) => ended(entry, `no outcome within ${Math.round(limit / 1000)} s`));
    return { waiting: others.map((entry) => (now >= again(entry) ? asked(entry, now, ask) : entry)), finished };
}

/** When `due` has something to do next, in ms since 1970; null when nothing waits. */
function nextDue(waiting, limit) {
    const moments = waiting.map((entry) => Math.min(entry.since + limit, again(entry)));
    return moments.length ? Math.min(...moments) : null;
}

const again = ({ askedAt, tries }) => askedAt + Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** (tries - 1));
const asked = (entry, now, ask) => ({ ...entry, asks: [...entry.asks, ask(entry.names[0])], tries: entry.tries + 1, askedAt: now });
const ended = ({ names, best }, why) => ({ name: best?.name ?? names[0], answer: best, why });
const askable = (name) => name.length > 0 && [...name].length <= NAME_MAX;

/** Asks for the entry's next name; one that no file can have is unknown without asking. */
function onward(entry, now, ask, words) {
    const [name] = entry.names;
    return askable(name)
        ? { entry: asked(entry, now, ask), finished: [] }
        : settled(entry, { name, state: 'unknown', plates: [] }, now, ask, words);
}

/** An answer that will not change. It ends the question, or the next name is asked for. */
function settled(entry, answer, now, ask, words) {
    const best = entry.best && !isBetter(answer, entry.best) ? entry.best : answer;
    const names = entry.names.slice(1);
    if (!names.length || words.settles(answer)) {
        return { entry: null, finished: [{ name: best.name, answer: best, why: best.error ?? null }] };
    }
    return onward({ ...entry, names, tries: 0, best }, now, ask, words);
}

/** The later of two is better unless nothing is known of it and something of the other. */
const isBetter = (answer, best) => isKnown(answer) || !isKnown(best);
const isKnown = ({ state }) => state !== 'unknown' && state !== 'failed';

module.exports = { begun, answered, due, nextDue, WAITING_MAX };
