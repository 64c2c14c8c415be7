'use strict';
/**
 * Rule: what Home Assistant is told of the house (its MQTT discovery, one message for each device), and what its commands mean
 * here. Discovery is Home Assistant's format: https://www.home-assistant.io/integrations/mqtt
 */

const { isOthers } = require('./announcements');
const { isSwitched } = require('./outputs');

const PREFIX = 'homeassistant';
const ORIGIN = { name: 'Hearthwatch' };
const CLASSES = { contact: 'opening', door: 'door', window: 'window', motion: 'motion', presence: 'presence', smoke: 'smoke', leak: 'moisture' };
const MODES = { DISARM: 'disarmed', ARM_HOME: 'home', ARM_AWAY: 'away', ARM_NIGHT: 'night' };
const STATES = { disarmed: 'disarmed', home: 'armed_home', away: 'armed_away', night: 'armed_night' };
const SWITCHED = { ON: true, OFF: false };

/** Every discovery message: { [topic]: payload }; what others have announced there is not announced again. `known` holds the last `cameras` and `devices`, null before they were heard. */
function announced(known, base) {
    const things = [
        alarmPanel(base),
        ...(known.cameras?.cameras ?? []).map((one) => camera(one, base)),
        ...(known.devices?.devices ?? []).filter((one) => one.enabled && !isOthers(one)).map((one) => device(one, base)).filter(hasParts),
    ];
    return Object.fromEntries(things.map(({ id, name, components }) => [`${PREFIX}/device/${id}/config`, {
        device: { identifiers: [id], name, manufacturer: 'Hearthwatch' },
        origin: ORIGIN,
        availability: [{ topic: `${base}/svc/nodered/1/status`, value_template: '{{ value_json.state }}' }],
        qos: 1,
        components,
    }]));
}

function alarmPanel(base) {
    const id = 'hearthwatch_house';
    return { id, name: 'Hearthwatch', components: { mode: {
        platform: 'alarm_control_panel', unique_id: `${id}_mode`, name: 'Mode',
        state_topic: `${base}/mode/state`,
        value_template: `{{ 'pending' if value_json.pending_until else 'arming' if value_json.arming else `
            + `${JSON.stringify(STATES)}.get(value_json.mode_id, 'armed_custom_bypass') }}`,
        command_topic: `${base}/${PREFIX}/mode/set`,
        supported_features: ['arm_home', 'arm_away', 'arm_night'],
        code_arm_required: false, code_disarm_required: false,
    } } };
}

function camera({ id: cameraId, name }, base) {
    const id = `hearthwatch_camera_${cameraId}`;
    const state = `${base}/camera/${cameraId}/state`;
    const seen = (word, field) => ({
        platform: 'binary_sensor', unique_id: `${id}_${field}`, name: word, device_class: 'occupancy',
        state_topic: state, value_template: `{{ 'ON' if value_json.${field} else 'OFF' }}`,
    });
    return { id, name, components: {
        people: seen('Person', 'people'),
        vehicles: seen('Vehicle', 'vehicles'),
        silent: {
            platform: 'binary_sensor', unique_id: `${id}_silent`, name: 'Silent', device_class: 'problem',
            state_topic: state, value_template: "{{ 'ON' if value_json.silent_since else 'OFF' }}",
        },
        picture: { platform: 'image', unique_id: `${id}_picture`, name: 'Last arrival', image_topic: `${base}/camera/${cameraId}/picture` },
    } };
}

function device(one, base) {
    const { id: deviceId, name, kind, is_input: isInput } = one;
    const id = `hearthwatch_device_${deviceId}`;
    const state = `${base}/device/${deviceId}/state`;
    const active = {
        platform: 'binary_sensor', unique_id: `${id}_active`, name: null, ...(CLASSES[kind] && { device_class: CLASSES[kind] }),
        state_topic: state, value_template: "{{ 'ON' if value_json.active else 'OFF' }}",
    };
    const on = {
        platform: 'switch', unique_id: `${id}_on`, name: null,
        state_topic: state, value_template: "{{ 'ON' if value_json.on else 'OFF' }}",
        command_topic: `${base}/${PREFIX}/output/${deviceId}/set`,
    };
    return { id, name, components: { ...(isInput && { active }), ...(isSwitched(one) && { on }) } };
}

/** Home Assistant takes no device without them; a speaker that is no input has none. */
function hasParts({ components }) {
    return Object.keys(components).length > 0;
}

/** → { news: [[topic, payload]], told: the next }; what is no more is told as an empty payload. `told` is topic → JSON. */
function newsOf(messages, told) {
    const next = Object.fromEntries(Object.entries(messages).map(([topic, payload]) => [topic, JSON.stringify(payload)]));
    const changed = Object.entries(messages).filter(([topic]) => next[topic] !== told[topic]);
    const gone = Object.keys(told).filter((topic) => !(topic in next)).map((topic) => [topic, '']);
    return { news: [...changed, ...gone], told: next };
}

/** What a command of Home Assistant means: { contract, word, fields }. `topic` is below the base topic. Throws when it is none. */
function meaning(topic, text) {
    const [, noun, id] = topic.split('/');
    if (noun === 'mode' && Object.hasOwn(MODES, text)) {
        return { contract: 'mode-set', word: 'mode/set', fields: { mode_id: MODES[text], by: 'Home Assistant', reason: 'set in Home Assistant', until: null } };
    }
    if (noun === 'output' && id && Object.hasOwn(SWITCHED, text)) {
        const fields = { device_id: id, on: SWITCHED[text], seconds: null, text: null, by: 'Home Assistant' };
        return { contract: 'output-ask', word: `output/${id}/ask`, fields };
    }
    throw new Error(`Home Assistant said what is no command, on ${topic}: ${text.slice(0, 40)}`);
}

module.exports = { announced, newsOf, meaning, PREFIX };
