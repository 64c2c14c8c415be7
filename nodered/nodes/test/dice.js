'use strict';

/** A small generator with a seed, so that a failure can be repeated: `roll(6)` is 0 to 5. */
function dice(seed) {
    let state = seed;
    return (below) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
    };
}

module.exports = { dice };
