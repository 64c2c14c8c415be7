'use strict';
const { notice, readMistake } = require('./rules/mistakes');
const { attempt, make, stamped } = require('./runtime');

module.exports = (RED) => {
    function FlowMistake(config) {
        RED.nodes.createNode(this, config);
        let memory = {};
        this.on('input', (msg, send, done) => attempt(this, done, () => {
            const tab = RED.util.evaluateNodeProperty('NR_FLOW_NAME', 'env', this);
            const mistake = readMistake(msg.error, tab);
            const { memory: next, report } = notice(memory, mistake, Date.now());
            memory = next;
            this.status({ fill: 'red', shape: 'dot', text: stamped(`${mistake.node}: ${mistake.text}`) });
            if (report) {
                send({ payload: make('event-report', report) });
            }
        }));
    }

    RED.nodes.registerType('hw-flow-mistake', FlowMistake);
};
