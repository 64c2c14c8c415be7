'use strict';
const { judge, RULE } = require('./rules/plate-alerts');
const { check } = require('./rules/contracts');
const { attempt, learn, make, remembered, stamped } = require('./runtime');

module.exports = (RED) => {
    function PlateAlerts(config) {
        RED.nodes.createNode(this, config);
        const cameras = remembered(this, 'cameras', null);
        this.on('input', (msg, send, done) => cameras.whenKnown(() => attempt(this, done, () => {
            if (learn(cameras, msg)) {
                this.status({ fill: 'grey', shape: 'dot', text: stamped(`knows ${msg.payload.cameras.length} cameras`) });
            } else {
                send(decide(this, check('image-plates', msg.payload), cameras.value, msg._msgid));
            }
        })));
    }

    function decide(node, plates, config, _msgid) {
        const verdict = judge(plates, config);
        if (!verdict) {
            return null;
        }
        const { name, tell, labels, reasons } = verdict;
        const fields = { image_id: plates.image_id, camera_id: plates.camera_id, rule: RULE, tell, labels, reasons };
        const answer = { _msgid, payload: make('alert-request', fields) };
        const text = `${tell ? 'tell' : 'not told'}: ${labels.map(({ label }) => label).join(', ')} at ${name}`;
        node.status({ fill: tell ? 'green' : 'grey', shape: 'dot', text: stamped(text) });
        return tell ? [answer, null] : [null, answer];
    }

    RED.nodes.registerType('hw-plate-alerts', PlateAlerts);
};
