'use strict';
/** Sunrise and sunset, also where the sun does not rise or set for weeks. */

const { getTimes } = require('suncalc');

const HALF_DAY_MS = 43_200_000;

/**
 * → { sunrise, sunset } in ms since 1970 of the day whose noon is nearest to `noon`. While the sun stays down both are its
 * highest moment (the night lasts from noon to noon), while it stays up its lowest ones before and after.
 */
function sunOf(noon, latitude, longitude) {
    const { sunrise, sunset, solarNoon, alwaysUp } = getTimes(new Date(noon), latitude, longitude);
    const half = alwaysUp ? HALF_DAY_MS : 0;
    return { sunrise: (sunrise ?? solarNoon).getTime() - (sunrise ? 0 : half), sunset: (sunset ?? solarNoon).getTime() + (sunset ? 0 : half) };
}

module.exports = { sunOf };
