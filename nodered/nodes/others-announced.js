'use strict';
const { learned, read, thingsOf, topicsOf } = require('./rules/announcements');
const { PREFIX } = require('./rules/home-assistant');
const { attempt, remembered, stamped } = require('./runtime');

module.exports = (RED) => {
    function OthersAnnounced(config) {
        RED.nodes.createNode(this, config);
        const env = (name) => RED.util.evaluateNodeProperty(name, 'env', this);
        const bounds = { base: env('HW_BASE_TOPIC'), places: env('OTHERS').split(',').map((place) => place.trim()) };
        const memory = remembered(this, 'known', {});
        let hasBegun = false;

        const subscribed = (action, topics) => (topics.length ? [{ action, topic: topics.map((topic) => ({ topic, qos: 1 })) }] : []);
        const things = () => ({ things: thingsOf(memory.value) });
        const show = () => {
            const refused = Object.values(memory.value).flatMap((one) => one.refused).length;
            const text = `${thingsOf(memory.value).length} devices${refused ? `, ${refused} cannot be read` : ''}`;
            this.status({ fill: 'grey', shape: 'dot', text: stamped(text) });
        };
        // What the node behind listens to ends with Node-RED: after a start all of it is asked for.
        const tick = (send) => {
            send([hasBegun ? [] : subscribed('subscribe', topicsOf(memory.value)), things()]);
            hasBegun = true;
            show();
        };
        const learn = (topic, text, send) => {
            const before = topicsOf(memory.value);
            const { known, isNews, complaints } = learned(memory.value, topic, read(topic, text, bounds));
            if (!isNews) {
                return;
            }
            memory.keep(known);
            const after = topicsOf(known);
            // Also what is listened to already: several parts may share a topic, and each wants to know how it stands.
            const own = known[topic] ? topicsOf({ own: known[topic] }) : [];
            send([[...subscribed('unsubscribe', before.filter((one) => !after.includes(one))), ...subscribed('subscribe', own)], things()]);
            show();
            if (complaints.length) {
                throw new Error(complaints.join('; '));
            }
        };
        const step = ({ topic, payload }, send) => (String(topic ?? '').startsWith(`${PREFIX}/`) ? learn(topic, String(payload), send) : tick(send));
        this.on('input', (msg, send, done) => memory.whenKnown(() => attempt(this, done, () => step(msg, send))));
    }

    RED.nodes.registerType('hw-others-announced', OthersAnnounced);
};
