'use strict';
/** Rule: does an alert go out in this mode and at this time? A camera may alert in some modes only, and by a schedule. */

const { findCamera } = require('./cameras');
const { began, clock } = require('./moments');
const { activeAt } = require('./windows');

const REASONS_MAX = 12;

/**
 * → { tell, reasons } for an `alert/request` that is to be told. `known` holds the last `cameras` (config/cameras), `mode`
 * (mode/state) and `schedules` (config/schedules), each null before it was heard: better told than missed.
 */
function judge(request, known, now) {
    const camera = findCamera(known.cameras, request.camera_id);
    const verdicts = camera ? [byMode(camera, known.mode), bySchedule(camera, known.schedules, now, began(request.image_id ?? request.event_id))].filter((one) => one) : [];
    const against = verdicts.filter(({ armed }) => !armed);
    const said = (against.length ? against : verdicts).map(({ armed, why }) => `${armed ? 'armed' : 'not armed'}: ${why}`);
    return { tell: against.length === 0, reasons: [...said, ...request.reasons].slice(0, REASONS_MAX) };
}

/** null for a camera that alerts in every mode. */
function byMode({ alert_modes: modes }, mode) {
    if (!modes) {
        return null;
    }
    return mode ? { armed: modes.includes(mode.mode_id), why: `the mode is ${mode.name.toLowerCase()}` } : { armed: true, why: 'the mode is not known yet' };
}

/**
 * null for a camera that alerts at any time. A schedule that is switched off, or not known yet, holds nothing back. A picture
 * that was taken within it counts, though it is judged later.
 */
function bySchedule({ schedule_id: id }, config, now, taken) {
    if (!id) {
        return null;
    }
    const schedule = config?.schedules.find((one) => one.id === id);
    if (!schedule?.enabled) {
        return { armed: true, why: schedule ? `${schedule.name} is switched off` : 'its schedule is not known yet' };
    }
    const { active: isActive, until } = stateOf(schedule, config, now);
    const active = isActive || (taken < now && stateOf(schedule, config, taken).active);
    const next = until === null ? '' : `, next ${clock(until, now, config.zone)}`;
    return { armed: active, why: active ? `within ${schedule.name}` : `outside of ${schedule.name}${next}` };
}

/** A zone that this machine does not know must hold no alert back. */
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

module.exports = { judge };
