'use strict';
const { check } = require('./rules/contracts');
const { answered, begun, due, nextDue } = require('./rules/old-questions');
const oldWords = require('./rules/old-words');
const { attempt, make, remembered, stamped } = require('./runtime');

/** After its own start it waits so long before it asks or answers by itself: what is sent before the broker is there is lost. */
const START_MS = 5000;

module.exports = (RED) => {
    function OldQuestion(config) {
        RED.nodes.createNode(this, config);
        const words = oldWords[config.about];
        const limit = Number(config.limit) * 1000;
        const notBefore = Date.now() + START_MS;
        const memory = remembered(this, 'waiting', []);
        let timer = null;

        const apply = ({ waiting, finished }, send) => {
            if (waiting !== memory.value) {
                memory.keep(waiting);
            }
            finished.forEach((one) => tell(this, words, one, send));
            arm();
        };
        const arm = () => {
            clearTimeout(timer);
            const at = nextDue(memory.value, limit);
            timer = at === null ? null : setTimeout(ring, Math.max(0, Math.max(at, notBefore) - Date.now()));
        };
        const ring = () => apply(due(memory.value, Date.now(), limit, asking(words, this.send.bind(this))), this.send.bind(this));
        const step = (msg, send) => (isAnswer(msg, words)
            ? answered(memory.value, check(words.answers, msg.payload), Date.now(), asking(words, send), words)
            : begun(memory.value, words.names(msg.payload), Date.now(), asking(words, send), words));

        this.on('input', (msg, send, done) => memory.whenKnown(() => attempt(this, done, () => apply(step(msg, send), send))));
        this.on('close', () => clearTimeout(timer));
        memory.whenKnown(arm);
    }

    const isAnswer = (msg, { answers }) => String(msg.topic ?? '').endsWith(`/${answers.replace('-', '/')}`);

    const asking = (words, send) => (name) => {
        const payload = make(words.asks, { name });
        send([{ payload }, null]);
        return payload.id;
    };

    function tell(node, words, { name, answer, why }, send) {
        const payload = words.translate(name, answer, Date.now());
        send([null, { payload }]);
        node.status({ fill: why ? 'yellow' : 'green', shape: 'dot', text: stamped(`${name}: ${why ?? answer.state}`) });
        if (why) {
            node.error(`an old flow's question about ${name} could not be answered in full: ${why}`, { payload });
        }
    }

    RED.nodes.registerType('hw-old-question', OldQuestion);
};
