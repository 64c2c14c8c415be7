'use strict';
/**
 * What triggers rules: what a device reports, that it stays active, the panic button, an arrival at a camera, a plate that was
 * read there, and what the camera itself reports.
 */

const EVENTS = new Map([
    ['device_active', { kind: 'device', moment: 'trigger' }],
    ['device_quiet', { kind: 'device', moment: 'quiet' }],
    ['device_escalated', { kind: 'device', moment: 'escalation' }],
    ['panic', { kind: 'panic', moment: 'trigger' }],
    ['plate', { kind: 'plate', moment: 'trigger' }],
    ['plate_unknown', { kind: 'plate', moment: 'trigger' }],
    ['motion', { kind: 'camera_event', moment: 'trigger' }],
    ['light', { kind: 'camera_event', moment: 'trigger' }],
]);
const PLACES = { device: 'device_id', plate: 'camera_id', camera_event: 'camera_id' };
const NOTHING = { device_id: null, camera_id: null, label: null, zones: [], detail: null, of_group: null, plate_id: null, standing: null };

/**
 * → { source, trigger_id, kind, device_id, camera_id, label, zones, detail, of_group, plate_id, standing, moment, triggered_at } of
 * an `event/new` or a `sighting/arrived`; null for an event that triggers nothing.
 */
function triggerOf(message) {
    return message.event_id ? ofEvent(message) : ofSighting(message);
}

function ofSighting({ sighting_id, camera_id, label, zones, arrived_at }) {
    const where = { ...NOTHING, kind: 'camera', camera_id, label, zones };
    return { ...where, source: 'sighting', trigger_id: sighting_id, moment: 'trigger', triggered_at: arrived_at };
}

function ofEvent(event) {
    const found = EVENTS.get(event.kind);
    const place = found && PLACES[found.kind];
    if (!found || (place && !event[place])) {
        return null;
    }
    const { event_id, detail, of_group, plate_id, standing, happened_at } = event;
    const said = place ? { [place]: event[place], detail, of_group, plate_id, standing } : { detail };
    return { ...NOTHING, ...found, ...said, source: 'event', trigger_id: event_id, triggered_at: happened_at };
}

module.exports = { triggerOf, NOTHING };
