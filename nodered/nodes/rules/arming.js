'use strict';
/** Rule: is what has modes and a schedule armed now? Cameras, rules, inputs and outputs are asked alike. */

const { clock } = require('./moments');
const { activeAt } = require('./windows');

/**
 * → { armed, reasons } of { modes, schedule_id }, each null for all. `known` holds the last `mode` (mode/state) and `schedules`
 * (config/schedules), each null before it was heard: that holds nothing back. What began at `began` (ms since 1970), within the
 * schedule, counts though it is judged later. Where something is against it, only that is said.
 */
function arming({ modes, schedule_id: id }, known, now, began) {
    const verdicts = [byMode(modes, known.mode), bySchedule(id, known.schedules, now, began)].filter((one) => one);
    const against = verdicts.filter(({ armed }) => !armed);
    const reasons = (against.length ? against : verdicts).map(({ armed, why }) => `${armed ? 'armed' : 'not armed'}: ${why}`);
    return { armed: against.length === 0, reasons };
}

/** null for what is armed in every mode. */
function byMode(modes, mode) {
    if (!modes) {
        return null;
    }
    return mode ? { armed: modes.includes(mode.mode_id), why: `the mode is ${mode.name.toLowerCase()}` } : { armed: true, why: 'the mode is not known yet' };
}

/** null for what is armed at any time. A schedule that is switched off, or not known yet, holds nothing back. */
function bySchedule(id, config, now, began) {
    if (!id) {
        return null;
    }
    const schedule = config?.schedules.find((one) => one.id === id);
    if (!schedule?.enabled) {
        return { armed: true, why: schedule ? `${schedule.name} is switched off` : 'its schedule is not known yet' };
    }
    const { active: isActive, until } = stateOf(schedule, config, now);
    const active = isActive || (began < now && stateOf(schedule, config, began).active);
    const next = until === null ? '' : `, next ${clock(until, now, config.zone)}`;
    return { armed: active, why: active ? `within ${schedule.name}` : `outside of ${schedule.name}${next}` };
}

/** A zone that this machine does not know must hold nothing back. */
function stateOf(schedule, config, now) {
    try {
        return activeAt(schedule, config, now);
    } catch (error) {
        if (error instanceof RangeError) {
            return { active: true, until: null };
        }
        throw error;
    }
}

module.exports = { arming };
