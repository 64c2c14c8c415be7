'use strict';
/** Rule: are the plates in this picture to be read? Yes, while a vehicle is new in view: a few pictures settle its plate. */

const VEHICLES = ['car', 'truck', 'bus'];
const PICTURES = 3;
const REASONS_MAX = 12;

/** → null when there is no vehicle to decide about, else { wanted, reasons }. `pictures` are read of each vehicle. */
function judge(detected, pictures = PICTURES) {
    const vehicles = detected.detections.filter(({ label }) => VEHICLES.includes(label));
    if (detected.outcome !== 'detected' || vehicles.length === 0) {
        return null;
    }
    const fresh = vehicles.filter(({ place }) => place <= pictures);
    const wanted = fresh.length > 0;
    return { wanted, reasons: (wanted ? fresh : vehicles).slice(0, REASONS_MAX).map((one) => reason(one, pictures)) };
}

function reason({ label, place }, pictures) {
    if (place === 0) {
        return `${label} without a sighting`;
    }
    return place <= pictures ? `${label}: picture ${place} of its sighting` : `${label}: ${pictures} pictures of it were enough`;
}

module.exports = { judge, PICTURES };
