'use strict';
/** Which devices are switched on and off. */

const SPEAKER = 'speaker';

/** A speaker is an output, too: it says a text, and there is nothing to switch. */
function isSwitched({ kind, is_output: isOutput }) {
    return isOutput && kind !== SPEAKER;
}

module.exports = { isSwitched };
