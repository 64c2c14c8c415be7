'use strict';
/** Rule: does an alert go out in this mode and at this time? A camera may alert in some modes only, and by a schedule. */

const { arming } = require('./arming');
const { findCamera } = require('./cameras');
const { began } = require('./moments');
const { listed } = require('./reasons');

/**
 * → { tell, reasons } for an `alert/request` that is to be told. `known` holds the last `cameras` (config/cameras), `mode`
 * (mode/state) and `schedules` (config/schedules), each null before it was heard: better told than missed. A picture counts by
 * when it was taken.
 */
function judge(request, known, now) {
    const { alert_modes: modes, schedule_id } = findCamera(known.cameras, request.camera_id) ?? {};
    const { armed, reasons } = arming({ modes, schedule_id }, known, now, began(request.image_id ?? request.event_id));
    return { tell: armed, reasons: listed([...reasons, ...request.reasons]) };
}

module.exports = { judge };
