'use strict';
/** What triggers rules: what a device reports, that it stays active, the panic button, an arrival at a camera. */

const EVENTS = new Map([
    ['device_active', { kind: 'device', moment: 'trigger' }],
    ['device_quiet', { kind: 'device', moment: 'quiet' }],
    ['device_escalated', { kind: 'device', moment: 'escalation' }],
    ['panic', { kind: 'panic', moment: 'trigger' }],
]);
const NOTHING = { device_id: null, camera_id: null, label: null, zones: [], detail: null };

/**
 * → { source, trigger_id, kind, device_id, camera_id, label, zones, detail, moment, triggered_at } of an `event/new` or a
 * `sighting/arrived`; null for an event that triggers nothing.
 */
function triggerOf(message) {
    return message.sighting_id ? ofSighting(message) : ofEvent(message);
}

function ofSighting({ sighting_id, camera_id, label, zones, arrived_at }) {
    const where = { ...NOTHING, kind: 'camera', camera_id, label, zones };
    return { ...where, source: 'sighting', trigger_id: sighting_id, moment: 'trigger', triggered_at: arrived_at };
}

function ofEvent({ event_id, kind, device_id, detail, happened_at }) {
    const found = EVENTS.get(kind);
    if (!found || (found.kind === 'device' && !device_id)) {
        return null;
    }
    return { ...NOTHING, ...found, device_id, detail, source: 'event', trigger_id: event_id, triggered_at: happened_at };
}

module.exports = { triggerOf, NOTHING };
