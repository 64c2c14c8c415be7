'use strict';
const { judge, summary } = require('./rules/who-to-tell');
const { judges } = require('./runtime');

module.exports = (RED) => {
    function WhoToTell(config) {
        RED.nodes.createNode(this, config);
        judges(this, (request, known, { people }) => ({ ...request, ...judge(request, known, Date.now(), people) }), summary);
    }

    RED.nodes.registerType('hw-who-to-tell', WhoToTell);
};
