'use strict';
const { judge, RULE } = require('./rules/plate-alerts');
const { decides, verdictOn } = require('./runtime');

module.exports = (RED) => {
    function PlateAlerts(config) {
        RED.nodes.createNode(this, config);
        decides(this, 'image-plates', (plates, cameras) => verdictOn(this, plates, RULE, judge(plates, cameras)));
    }

    RED.nodes.registerType('hw-plate-alerts', PlateAlerts);
};
