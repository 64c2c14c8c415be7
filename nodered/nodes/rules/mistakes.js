'use strict';
/** Rule: a mistake in a flow is told at once; further ones of the same node are counted and told after a pause. */

const { rfc3339 } = require('./envelope');
const { cut } = require('./reasons');

const DETAIL_MAX = 500;
const PAUSE_MS = 60_000;

/** `memory` maps a node's id to { toldAt, missed }. → { memory, report: null or the fields of an event/report }. */
function notice(memory, mistake, now) {
    const { [mistake.source]: last, ...others } = memory;
    if (last && now - last.toldAt < PAUSE_MS) {
        return { memory: { ...others, [mistake.source]: { ...last, missed: last.missed + 1 } }, report: null };
    }
    return { memory: { ...others, [mistake.source]: { toldAt: now, missed: 0 } }, report: report(mistake, last?.missed ?? 0, now) };
}

function report({ tab, node, text }, missed, now) {
    const more = missed ? ` (and ${missed} more before)` : '';
    const end = `${more}. Node-RED, tab ${tab}, node “${node}”.`;
    const detail = cut(text, DETAIL_MAX - end.length) + end;
    return { kind: 'flow_error', camera_id: null, node_id: null, detail, happened_at: rfc3339(now) };
}

/** What a catch node says (`msg.error`) → { source, node, text, tab }. */
function readMistake(error, tab) {
    const source = error?.source ?? {};
    return { source: source.id ?? 'unknown', node: source.name || source.type || 'unknown', text: String(error?.message ?? 'no text').replace(/^Error: /, ''), tab };
}

module.exports = { notice, readMistake, PAUSE_MS };
