'use strict';
/** Rule: what would a trigger that somebody made up lead to? It is ruled on as a real one would be. */

const { rfc3339 } = require('./envelope');
const { ruleOn } = require('./rule-on');
const { NOTHING } = require('./triggers');

/** → the fields of an `answer/rules`; null as long as something that is needed was never heard. */
function answerTo(ask, known, now) {
    const { id, kind, moment, mode_id: modeId, happens_at, device_id, camera_id, label, zones, detail, of_group, plate_id, standing } = ask;
    const at = happens_at === null ? now : Date.parse(happens_at);
    const made = { device_id, camera_id, label, zones, detail, of_group, plate_id, standing };
    const trigger = { ...NOTHING, ...made, source: 'event', trigger_id: id, kind, moment, triggered_at: rfc3339(at) };
    const verdict = ruleOn(trigger, modeId === null ? known : { ...known, mode: asIf(modeId, known.mode) }, at);
    if (!verdict) {
        return null;
    }
    const { said, wants, triggered_at, reasons, links } = verdict;
    return { ask_id: id, device_id, camera_id, said, moment, wants, triggered_at, reasons, links };
}

/** Of a mode that the house is not in, its delays are not known here. */
const asIf = (modeId, mode) => (modeId === mode?.mode_id ? { ...mode, arming_until: null } : { mode_id: modeId, name: modeId });

module.exports = { answerTo };
