'use strict';
const { check } = require('./rules/contracts');
const { TO_ACT } = require('./rules/rule-on');
const { answerTo } = require('./rules/rules-asked');
const { learns, make, stamped, waits } = require('./runtime');

module.exports = (RED) => {
    function RulesAsked(config) {
        RED.nodes.createNode(this, config);
        learns(this, [...TO_ACT, 'cameras'], (msg, known, send) => {
            const answer = answerTo(check('ask-rules', msg.payload), known, Date.now());
            if (answer) {
                this.status({ fill: answer.wants ? 'green' : 'grey', shape: 'dot', text: stamped(`${answer.said}: ${answer.wants ? 'acts' : 'does not act'}`) });
                send({ _msgid: msg._msgid, payload: make('answer-rules', answer) });
            } else {
                waits(this, 'the rules or the mode are');
            }
        });
    }

    RED.nodes.registerType('hw-rules-asked', RulesAsked);
};
