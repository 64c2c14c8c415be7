'use strict';
/** Rule: is what has modes and a schedule armed now? Cameras, rules, inputs and outputs are asked alike. */

const { clock, second } = require('./moments');
const { activeAt } = require('./windows');

/**
 * → { armed, reasons } of { modes, schedule_id }, each null for all. `known` holds the last `mode` (mode/state) and `schedules`
 * (config/schedules), each null before it was heard: that holds nothing back. What began at `began` (ms since 1970), within the
 * schedule, counts though it is judged later; what began while the mode was arming does not. Where something is against it,
 * only that is said.
 */
function arming({ modes, schedule_id: id }, known, now, began) {
    const verdicts = [byMode(modes, known, now, Math.min(began, now)), bySchedule(id, known.schedules, now, began)].filter((one) => one);
    const against = verdicts.filter(({ armed }) => !armed);
    const reasons = (against.length ? against : verdicts).map(({ armed, why }) => `${armed ? 'armed' : 'not armed'}: ${why}`);
    return { armed: against.length === 0, reasons };
}

/** null for what is armed in every mode. What began before the exit delay was over is not armed by it. */
function byMode(modes, { mode, schedules }, now, began) {
    if (!modes) {
        return null;
    }
    if (!mode) {
        return { armed: true, why: 'the mode is not known yet' };
    }
    const isArming = modes.includes(mode.mode_id) && Boolean(mode.arming_until) && began < Date.parse(mode.arming_until);
    const why = isArming ? armedWhen(mode.arming_until, schedules, now) : `the mode is ${mode.name.toLowerCase()}`;
    return { armed: modes.includes(mode.mode_id) && !isArming, why };
}

/** `armed in 30 s, at 14:03:10`; `armed since 14:03:10 only`, of what is judged after that. */
function armedWhen(until, schedules, now) {
    const left = Math.ceil((Date.parse(until) - now) / 1000);
    return left > 0 ? `armed in ${left} s, at ${atHome(until, schedules)}` : `armed since ${atHome(until, schedules)} only`;
}

/** Of a device, which goes by its own schedule and by that of its group. The reasons say what is against it. */
function armingDevice(device, known, now, began) {
    const own = arming({ schedule_id: device?.schedule_id }, known, now, began);
    const group = arming({ schedule_id: device?.group_schedule_id }, known, now, began);
    return {
        armed: own.armed && group.armed,
        reasons: [...(own.armed ? [] : own.reasons), ...(group.armed ? [] : group.reasons.map((one) => `${one} (its group ${device.group})`))],
    };
}

function atHome(moment, schedules) {
    try {
        return second(Date.parse(moment), schedules?.zone);
    } catch (error) {
        if (error instanceof RangeError) {
            return second(Date.parse(moment));
        }
        throw error;
    }
}

/**
 * How many seconds what is armed waits for somebody to disarm after a way in has triggered; null: not at all. What is armed in
 * every mode, also in a disarmed house, waits for nobody.
 */
const entryDelay = (modes, mode) => (modes && mode?.entry_s > 0 ? mode.entry_s : null);

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

module.exports = { arming, armingDevice, entryDelay };
