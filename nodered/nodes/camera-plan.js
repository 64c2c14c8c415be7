'use strict';
const { planFor } = require('./rules/camera-plan');
const { decides, make, stamped } = require('./runtime');

module.exports = (RED) => {
    function CameraPlan(config) {
        RED.nodes.createNode(this, config);
        decides(this, 'image-new', (image, cameras) => decide(this, image, cameras));
    }

    function decide(node, image, cameras) {
        const { plan, name, reasons } = planFor(image, cameras);
        const look = plan === 'detect';
        const work = make(look ? 'work-detect' : 'work-keep', { image_id: image.image_id, camera_id: image.camera_id, reasons });
        node.status({ fill: look ? 'green' : 'blue', shape: 'dot', text: stamped(`${name}: ${look ? 'looked at' : 'kept'}`) });
        return look ? [work, null] : [null, work];
    }

    RED.nodes.registerType('hw-camera-plan', CameraPlan);
};
