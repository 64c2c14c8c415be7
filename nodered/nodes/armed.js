'use strict';
const { judge } = require('./rules/armed');
const { judges } = require('./runtime');

module.exports = (RED) => {
    function Armed(config) {
        RED.nodes.createNode(this, config);
        judges(this, (request, known) => ({ ...request, ...judge(request, known, Date.now()) }), ({ reasons }) => reasons[0]);
    }

    RED.nodes.registerType('hw-armed', Armed);
};
