'use strict';
/** Rule: does an alert go out in this mode and at this time? A camera may alert in some modes only, and by a schedule. */

const { arming, entryDelay } = require('./arming');
const { findCamera } = require('./cameras');
const { began } = require('./moments');
const { listed, waiting } = require('./reasons');

const DEPARTURE = 'departure-'; // begins the rule of what has gone: it came in by nothing

/**
 * → { tell, entry_s, reasons } for an `alert/request` that is to be told. `known` holds the last `cameras` (config/cameras),
 * `mode` (mode/state) and `schedules` (config/schedules), each null before it was heard: better told than missed. A picture
 * counts by when it was taken. At a way in it waits for `entry_s` seconds whether somebody disarms; null: it does not.
 */
function judge(request, known, now) {
    const { alert_modes: modes, schedule_id, entry } = findCamera(known.cameras, request.camera_id) ?? {};
    const { armed, reasons } = arming({ modes, schedule_id }, known, now, began(request.image_id ?? request.event_id));
    const waits = armed && entry && !request.rule.startsWith(DEPARTURE) ? entryDelay(modes, known.mode) : null;
    return { tell: armed, entry_s: waits, reasons: listed([...reasons, ...waiting(waits), ...request.reasons]) };
}

module.exports = { judge };
