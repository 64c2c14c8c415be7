'use strict';
const { check } = require('./rules/contracts');
const { due, heard, nextDue, ordered, ticked } = require('./rules/others');
const { attempt, make, remembered, stamped } = require('./runtime');

module.exports = (RED) => {
    function OthersDevice(config) {
        RED.nodes.createNode(this, config);
        const base = RED.util.evaluateNodeProperty('HW_BASE_TOPIC', 'env', this);
        const memory = remembered(this, 'said', {});
        let things = [];
        let timer = null;

        const apply = ({ said, command, memory: next, isNews }, send) => {
            memory.value = next;
            if (isNews) {
                memory.keep(next);
            }
            send([said.map((one) => inOurWords(one, base)), command ?? null]);
            show(this, said, command);
            arm();
        };
        // A motion sensor may never say that it is quiet again; it says for how long it is active.
        const arm = () => {
            clearTimeout(timer);
            const at = nextDue(memory.value);
            timer = at === null ? null : setTimeout(end, Math.max(0, at - Date.now()));
        };
        const end = () => attempt(this, (error) => error && this.error(error), () => apply(due(memory.value, Date.now()), this.send.bind(this)));
        const learn = (all, send) => {
            things = all;
            apply(ticked(memory.value, things, Date.now()), send);
        };
        const order = (payload, send) => {
            const result = ordered(memory.value, things, check('output-set', payload), Date.now());
            if (result) {
                apply(result, send);
            }
        };
        const step = (msg, send) => {
            if (msg.things) {
                learn(msg.things, send);
            } else if (String(msg.topic).startsWith(`${base}/`)) {
                order(msg.payload, send);
            } else {
                apply(heard(memory.value, things, String(msg.topic), String(msg.payload), Date.now()), send);
            }
        };
        this.on('input', (msg, send, done) => memory.whenKnown(() => attempt(this, done, () => step(msg, send))));
        this.on('close', () => clearTimeout(timer));
    }

    /** What an output is stays at the broker; the rest is news. */
    function inOurWords({ word, fields }, base) {
        const id = fields.device_id;
        if (word === 'state') {
            return { topic: `${base}/output/${id}/state`, retain: true, payload: make('output-state', fields) };
        }
        const whole = word === 'heartbeat' ? fields : { ...fields, happened_at: null };
        return { topic: `${base}/device/${id}/${word}`, retain: false, payload: make(`device-${word}`, whole) };
    }

    function show(node, said, command) {
        const news = said.filter(({ word }) => word !== 'heartbeat').map(({ word, fields }) => `${fields.device_id}: ${worded(word, fields)}`);
        if (command || news.length) {
            node.status({ fill: 'green', shape: 'dot', text: stamped(command ? `to ${command.topic}` : news.join(', ')) });
        }
    }

    const worded = (word, { active, on }) => (word === 'trigger' ? (active ? 'active' : 'quiet') : word === 'state' ? (on ? 'on' : 'off') : 'reads');

    RED.nodes.registerType('hw-others-device', OthersDevice);
};
