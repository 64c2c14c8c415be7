'use strict';
const { judge, RULE } = require('./rules/alert-labels');
const { decides, verdictOn } = require('./runtime');

module.exports = (RED) => {
    function AlertLabels(config) {
        RED.nodes.createNode(this, config);
        decides(this, 'image-detected', (detected, cameras) => verdictOn(this, detected, RULE, judge(detected, cameras)));
    }

    RED.nodes.registerType('hw-alert-labels', AlertLabels);
};
