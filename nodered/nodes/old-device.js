'use strict';
const { rfc3339 } = require('./rules/envelope');
const { check } = require('./rules/contracts');
const { commanded, dated, readUntil, translated } = require('./rules/old-devices');
const { attempt, make, remembered, stamped } = require('./runtime');

const QUEUE_KEPT_MS = 60_000;

module.exports = (RED) => {
    function OldDevice(config) {
        RED.nodes.createNode(this, config);
        const base = RED.util.evaluateNodeProperty('HW_BASE_TOPIC', 'env', this);
        const memory = remembered(this, 'devices', {});
        const queue = remembered(this, 'queue', null);
        let kept = 0;
        let heard = Date.now();

        const tell = (word, fields, send) => send({
            topic: `${base}/device/${fields.device_id}/${word}`,
            payload: make(`device-${word}`, fields),
        });
        // A heartbeat goes first: it registers the device whose trigger follows.
        const step = (msg, send) => {
            const { heartbeats, triggers, readings, memory: next, isNews } = translated(memory.value, String(msg.topic), String(msg.payload), Date.now());
            const report = (word) => (one) => {
                const { at, ...fields } = dated(one, { until: queue.value, heard }, Date.now());
                tell(word, { ...fields, happened_at: null, ...(at && { at: rfc3339(at) }) }, send);
            };
            heartbeats.forEach((fields) => tell('heartbeat', fields, send));
            triggers.forEach(report('trigger'));
            readings.forEach(report('reading'));
            memory.value = next;
            if (isNews) {
                memory.keep(next);
            }
            show(this, heartbeats, triggers);
        };
        // What is asked of meters in our words is for those that hear ours, unless it is one that spoke here.
        const command = (msg, send) => {
            const said = commanded(memory.value, check('meter-reset', msg.payload));
            if (said) {
                send(said);
                this.status({ fill: 'grey', shape: 'dot', text: stamped(said.topic) });
            }
        };
        // Known after a restart, too; to the minute, to spare the disk.
        const follow = (msg) => {
            heard = Date.now();
            queue.value = readUntil(queue.value, check('svc-status', msg.payload), heard);
            if (Math.abs(queue.value - kept) > QUEUE_KEPT_MS) {
                kept = queue.value;
                queue.keep(kept);
            }
        };
        const isReset = ({ topic }) => String(topic).startsWith(`${base}/meter/`);
        const isStatus = ({ topic }) => String(topic).startsWith(`${base}/svc/`);
        const meant = (msg) => (isStatus(msg) ? follow : isReset(msg) ? command : step);
        this.on('input', (msg, send, done) => memory.whenKnown(() => queue.whenKnown(() => attempt(this, done, () => meant(msg)(msg, send)))));
    }

    function show(node, heartbeats, triggers) {
        const active = triggers.filter((one) => one.active).map((one) => one.device_id);
        const heard = [...heartbeats, ...triggers].map((one) => one.device_id);
        if (heard.length) {
            const text = active.length ? `active: ${active.join(', ')}` : `heard: ${[...new Set(heard)].join(', ')}`;
            node.status({ fill: active.length ? 'green' : 'grey', shape: 'dot', text: stamped(text) });
        }
    }

    RED.nodes.registerType('hw-old-device', OldDevice);
};
