'use strict';
const { check } = require('./rules/contracts');
const { announced, meaning, newsOf, PREFIX } = require('./rules/home-assistant');
const { attempt, make, remembered, stamped } = require('./runtime');

const BIRTH = `${PREFIX}/status`;
/** It has just started: so long its other parts need until they listen. */
const SETTLED_MS = 1000;

module.exports = (RED) => {
    function HomeAssistant(config) {
        RED.nodes.createNode(this, config);
        const base = RED.util.evaluateNodeProperty('HW_BASE_TOPIC', 'env', this);
        const memory = remembered(this, 'known', { cameras: null, devices: null, told: {} });
        let settling = null;

        const tell = (told) => {
            const { news, told: next } = newsOf(announced(memory.value, base), told);
            memory.keep({ ...memory.value, told: next });
            this.send([news.map(([topic, payload]) => ({ topic, payload })), null]);
            const count = Object.keys(next).length;
            this.status({ fill: 'grey', shape: 'dot', text: stamped(`told of ${count} ${count === 1 ? 'thing' : 'things'}`) });
        };
        // What was told stays named, so that what is no more is still taken back.
        const tellAll = () => attempt(this, (error) => error && this.error(error), () => tell(Object.fromEntries(Object.keys(memory.value.told).map((topic) => [topic, '']))));
        const learn = (key, contract, payload) => {
            memory.keep({ ...memory.value, [key]: check(contract, payload) });
            tell(memory.value.told);
        };
        const obey = (topic, payload, send) => {
            const { contract, word, fields } = meaning(topic.slice(base.length + 1), String(payload));
            send([null, { topic: `${base}/${word}`, payload: make(contract, fields) }]);
            this.status({ fill: 'green', shape: 'dot', text: stamped(`${word}: ${String(payload)}`) });
        };
        const step = ({ topic, payload }, send) => {
            if (topic === BIRTH) {
                clearTimeout(settling);
                settling = String(payload) === 'online' ? setTimeout(tellAll, SETTLED_MS) : null;
            } else if (topic.endsWith('/config/cameras')) {
                learn('cameras', 'config-cameras', payload);
            } else if (topic.endsWith('/config/devices')) {
                learn('devices', 'config-devices', payload);
            } else {
                obey(topic, payload, send);
            }
        };
        this.on('input', (msg, send, done) => memory.whenKnown(() => attempt(this, done, () => step(msg, send))));
        this.on('close', () => clearTimeout(settling));
    }

    RED.nodes.registerType('hw-home-assistant', HomeAssistant);
};
