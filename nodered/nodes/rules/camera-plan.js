'use strict';
/** Rule: what is done with a new picture? The camera's plan says it: `detect` (look at it) or `keep`. */

const { findCamera, nameOf } = require('./cameras');

/** → { plan: 'detect' | 'keep', name, reasons }. A camera that is not known yet is looked at: better once too often. */
function planFor(image, config) {
    const camera = findCamera(config, image.camera_id);
    const name = nameOf(camera, image.camera_id);
    if (!camera) {
        return { plan: 'detect', name, reasons: ['camera not in the configuration yet: looked at'] };
    }
    const reason = camera.plan === 'keep' ? `${name} is set to keep pictures without a look` : `${name} is set to have its pictures looked at`;
    return { plan: camera.plan, name, reasons: [reason] };
}

module.exports = { planFor };
