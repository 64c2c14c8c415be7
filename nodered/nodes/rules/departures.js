'use strict';
/** Rule: is somebody told that a thing has gone? Told when its label is among the camera's departures. */

const { findCamera, nameOf } = require('./cameras');
const { lasting } = require('./moments');
const { cut } = require('./reasons');

const RULE = 'departure-';
const LABEL_MAX = 64;
const GONE = ' gone';

/** → null when nobody asks about departures of this label, else { name, rule, labels, reasons }: it is told. */
function judge(departed, config) {
    const camera = findCamera(config, departed.camera_id);
    if (!camera?.departure_labels?.includes(departed.label)) {
        return null;
    }
    const name = nameOf(camera, departed.camera_id);
    const stay = lasting(Date.parse(departed.departed_at) - Date.parse(departed.arrived_at));
    const reasons = [`${departed.label} has left ${name} after ${stay}, and you want to be told of that`];
    const label = cut(departed.label, LABEL_MAX - GONE.length) + GONE;
    return { name, rule: RULE + departed.sighting_id, labels: [{ label, score: 1 }], reasons };
}

module.exports = { judge };
