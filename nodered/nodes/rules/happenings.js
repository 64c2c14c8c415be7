'use strict';
/** Rule: is an event one that people may want to be told of? */

const { findCamera, nameOf } = require('./cameras');
const { cut } = require('./reasons');

/** The kinds of events that people can be told of, and what they are called in a reason. */
const HAPPENINGS = {
    camera_silent: 'cameras that fall silent',
    camera_back: 'cameras that are back',
    camera_unreachable: 'cameras that cannot be reached',
    camera_reached: 'cameras that can be reached again',
    node_silent: 'nodes that fall silent',
    service_silent: 'services that fall silent',
    service_back: 'services that are back',
    device_stale: 'devices that fall silent',
    device_escalated: 'what stays open or on for too long',
    disk_low: 'a disk that is almost full',
    disk_back: 'room on the disk again',
    panic: 'a panic',
    rule_alert: 'what a rule tells',
};

/** → null when nobody is told of such events, else { name, rule, text, reasons }. */
function judge(event, config) {
    const words = Object.hasOwn(HAPPENINGS, event.kind) ? HAPPENINGS[event.kind] : null;
    if (!words) {
        return null;
    }
    const camera = event.camera_id && nameOf(findCamera(config, event.camera_id), event.camera_id);
    const text = cut(event.detail.trim() || words);
    return { name: camera ?? words, rule: event.kind, text, reasons: [text] };
}

module.exports = { judge, HAPPENINGS };
