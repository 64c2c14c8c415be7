'use strict';
const { names } = require('./rules/contracts');
const { attempt, make, stamped } = require('./runtime');

module.exports = (RED) => {
    function Envelope(config) {
        RED.nodes.createNode(this, config);
        this.on('input', (msg, send, done) => attempt(this, done, () => {
            msg.payload = make(config.contract, msg.payload);
            this.status({ fill: 'green', shape: 'dot', text: stamped('sent') });
            send(msg);
        }));
    }

    RED.nodes.registerType('hw-envelope', Envelope);
    RED.httpAdmin.get('/hearthwatch/contracts', RED.auth.needsPermission('flows.read'), (request, response) => response.json(names()));
};
