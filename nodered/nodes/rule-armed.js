'use strict';
const { check } = require('./rules/contracts');
const { judge } = require('./rules/rule-armed');
const { isKnown, TO_ACT } = require('./rules/rule-on');
const { learns, stamped, waits } = require('./runtime');

module.exports = (RED) => {
    function RuleArmed(config) {
        RED.nodes.createNode(this, config);
        learns(this, TO_ACT, (msg, known, send) => {
            const draft = check('trigger-verdict', msg.payload);
            if (isKnown(known, TO_ACT)) {
                const payload = check('trigger-verdict', judge(draft, known, Date.now()));
                show(this, payload);
                send(payload.wants ? [{ _msgid: msg._msgid, payload }, null] : [null, { _msgid: msg._msgid, payload }]);
            } else {
                waits(this, 'the rules or the mode are');
            }
        });
    }

    function show(node, { wants, links, reasons }) {
        const acting = links.filter(({ act }) => act).map(({ name }) => name);
        node.status({ fill: wants ? 'green' : 'grey', shape: 'dot', text: stamped(wants ? `act: ${acting.join(', ')}` : reasons[0]) });
    }

    RED.nodes.registerType('hw-rule-armed', RuleArmed);
};
