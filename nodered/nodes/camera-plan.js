'use strict';
const { planFor } = require('./rules/camera-plan');
const { check } = require('./rules/contracts');
const { attempt, learn, make, remembered, stamped } = require('./runtime');

module.exports = (RED) => {
    function CameraPlan(config) {
        RED.nodes.createNode(this, config);
        const cameras = remembered(this, 'cameras', null);
        this.on('input', (msg, send, done) => cameras.whenKnown(() => attempt(this, done, () => {
            if (learn(cameras, msg)) {
                this.status({ fill: 'grey', shape: 'dot', text: stamped(`knows ${msg.payload.cameras.length} cameras`) });
            } else {
                send(decide(this, check('image-new', msg.payload), cameras.value, msg._msgid));
            }
        })));
    }

    function decide(node, image, config, _msgid) {
        const { plan, name, reasons } = planFor(image, config);
        const look = plan === 'detect';
        const fields = { image_id: image.image_id, camera_id: image.camera_id, reasons };
        const answer = { _msgid, payload: make(look ? 'work-detect' : 'work-keep', fields) };
        node.status({ fill: look ? 'green' : 'blue', shape: 'dot', text: stamped(`${name}: ${look ? 'looked at' : 'kept'}`) });
        return look ? [answer, null] : [null, answer];
    }

    RED.nodes.registerType('hw-camera-plan', CameraPlan);
};
