'use strict';
const { judge } = require('./rules/armed');
const { check } = require('./rules/contracts');
const { learns, stamped } = require('./runtime');

module.exports = (RED) => {
    function Armed(config) {
        RED.nodes.createNode(this, config);
        learns(this, ['cameras', 'schedules', 'mode'], (msg, known, send) => {
            send(decide(this, check('alert-request', msg.payload), known, msg._msgid));
        });
    }

    function decide(node, request, known, _msgid) {
        const { tell, reasons } = judge(request, known, Date.now());
        node.status({ fill: tell ? 'green' : 'grey', shape: 'dot', text: stamped(reasons[0]) });
        const msg = { _msgid, payload: check('alert-request', { ...request, tell, reasons }) };
        return tell ? [msg, null] : [null, msg];
    }

    RED.nodes.registerType('hw-armed', Armed);
};
