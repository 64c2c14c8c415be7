'use strict';
const { judge } = require('./rules/departures');
const { ask, decides, stamped } = require('./runtime');

module.exports = (RED) => {
    function Departures(config) {
        RED.nodes.createNode(this, config);
        decides(this, 'sighting-departed', (departed, cameras) => [decide(this, departed, judge(departed, cameras))]);
    }

    function decide(node, departed, verdict) {
        if (!verdict) {
            return null;
        }
        const { name, rule, labels, reasons } = verdict;
        node.status({ fill: 'green', shape: 'dot', text: stamped(`tell: ${labels[0].label} from ${name}`) });
        return ask({ image_id: departed.image_id, camera_id: departed.camera_id, rule, tell: true, labels, reasons });
    }

    RED.nodes.registerType('hw-departures', Departures);
};
