'use strict';
const { check } = require('./rules/contracts');
const { draftOf } = require('./rules/linked-outputs');
const { isKnown, TO_LISTEN } = require('./rules/rule-on');
const { triggerOf } = require('./rules/triggers');
const { learns, make, stamped, waits } = require('./runtime');

module.exports = (RED) => {
    function LinkedOutputs(config) {
        RED.nodes.createNode(this, config);
        learns(this, [...TO_LISTEN, 'cameras'], (msg, known, send) => {
            const contract = msg.payload?.arrived_at === undefined ? 'event-new' : 'sighting-arrived';
            const trigger = triggerOf(check(contract, msg.payload));
            if (trigger && !isKnown(known, TO_LISTEN)) {
                waits(this, 'the rules are');
            } else if (trigger) {
                send({ _msgid: msg._msgid, payload: draft(this, trigger, known) });
            }
        });
    }

    function draft(node, trigger, known) {
        const fields = draftOf(trigger, known, Date.now());
        node.status({ fill: fields.wants ? 'green' : 'grey', shape: 'dot', text: stamped(fields.reasons[0]) });
        return make('trigger-verdict', fields);
    }

    RED.nodes.registerType('hw-linked-outputs', LinkedOutputs);
};
