'use strict';
const { judge } = require('./rules/departures');
const { check } = require('./rules/contracts');
const { attempt, learn, make, remembered, stamped } = require('./runtime');

module.exports = (RED) => {
    function Departures(config) {
        RED.nodes.createNode(this, config);
        const cameras = remembered(this, 'cameras', null);
        this.on('input', (msg, send, done) => cameras.whenKnown(() => attempt(this, done, () => {
            if (learn(cameras, msg)) {
                this.status({ fill: 'grey', shape: 'dot', text: stamped(`knows ${msg.payload.cameras.length} cameras`) });
            } else {
                send(decide(this, check('sighting-departed', msg.payload), cameras.value, msg._msgid));
            }
        })));
    }

    function decide(node, departed, config, _msgid) {
        const verdict = judge(departed, config);
        if (!verdict) {
            return null;
        }
        const { name, rule, labels, reasons } = verdict;
        const fields = { image_id: departed.image_id, camera_id: departed.camera_id, rule, tell: true, labels, reasons };
        node.status({ fill: 'green', shape: 'dot', text: stamped(`tell: ${labels[0].label} from ${name}`) });
        return { _msgid, payload: make('alert-request', fields) };
    }

    RED.nodes.registerType('hw-departures', Departures);
};
