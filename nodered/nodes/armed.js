'use strict';
const { judge } = require('./rules/armed');
const { check } = require('./rules/contracts');
const { attempt, remembered, stamped } = require('./runtime');

/** What it learns, by the end of the topic: where it is kept, and the contract. */
const LESSONS = [
    ['/config/cameras', 'cameras', 'config-cameras'],
    ['/config/schedules', 'schedules', 'config-schedules'],
    ['/mode/state', 'mode', 'mode-state'],
];

module.exports = (RED) => {
    function Armed(config) {
        RED.nodes.createNode(this, config);
        const known = remembered(this, 'known', { cameras: null, schedules: null, mode: null });

        this.on('input', (msg, send, done) => known.whenKnown(() => attempt(this, done, () => {
            const lesson = LESSONS.find(([ending]) => String(msg.topic ?? '').endsWith(ending));
            if (lesson) {
                const [, key, contract] = lesson;
                known.keep({ ...known.value, [key]: check(contract, msg.payload) });
            } else {
                send(decide(this, check('alert-request', msg.payload), known.value, msg._msgid));
            }
        })));
    }

    function decide(node, request, known, _msgid) {
        const { tell, reasons } = judge(request, known, Date.now());
        node.status({ fill: tell ? 'green' : 'grey', shape: 'dot', text: stamped(reasons[0]) });
        const msg = { _msgid, payload: check('alert-request', { ...request, tell, reasons }) };
        return tell ? [msg, null] : [null, msg];
    }

    RED.nodes.registerType('hw-armed', Armed);
};
