'use strict';
const { check } = require('./rules/contracts');
const { due, heard, nextDue, summary } = require('./rules/service-watch');
const { SOURCE } = require('./rules/envelope');
const { attempt, make, remembered, stamped } = require('./runtime');

/** At its own start it waits so many times as long: the others are starting too. */
const START_HOLDS = 3;

module.exports = (RED) => {
    function ServiceWatch(config) {
        RED.nodes.createNode(this, config);
        const hold = Number(config.hold) * 1000;
        const notBefore = Date.now() + START_HOLDS * hold;
        const memory = remembered(this, 'services', {});
        let timer = null;

        const apply = ({ memory: next, reports }, send) => {
            memory.keep(next);
            const broken = Object.values(next).some((entry) => entry.reported);
            this.status({ fill: broken ? 'yellow' : 'green', shape: 'dot', text: stamped(summary(next)) });
            reports.forEach((fields) => send({ payload: make('event-report', fields) }));
            arm();
        };
        const arm = () => {
            clearTimeout(timer);
            const at = nextDue(memory.value, hold, notBefore);
            timer = at === null ? null : setTimeout(ring, Math.max(0, at - Date.now()));
        };
        const ring = () => apply(due(memory.value, Date.now(), hold, notBefore), (msg) => this.send(msg));

        this.on('input', (msg, send, done) => memory.whenKnown(() => attempt(this, done, () => {
            const status = check('svc-status', msg.payload);
            if (status.service !== SOURCE) {
                apply(heard(memory.value, status, Date.now()), send);
            }
        })));
        this.on('close', () => clearTimeout(timer));
    }

    RED.nodes.registerType('hw-service-watch', ServiceWatch);
};
