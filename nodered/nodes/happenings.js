'use strict';
const { judge } = require('./rules/happenings');
const { ask, decides, stamped } = require('./runtime');

module.exports = (RED) => {
    function Happenings(config) {
        RED.nodes.createNode(this, config);
        // The persons whom a rule names go beside the request: only `who to tell?` asks for them.
        decides(this, 'event-new', (event, cameras) => [decide(this, event, judge(event, cameras))], ({ people }) => ({ people }));
    }

    function decide(node, event, verdict) {
        if (!verdict) {
            return null;
        }
        const { name, ...fields } = verdict;
        node.status({ fill: 'green', shape: 'dot', text: stamped(`asks who is told: ${name}`) });
        return ask({ event_id: event.event_id, camera_id: event.camera_id, tell: true, ...fields });
    }

    RED.nodes.registerType('hw-happenings', Happenings);
};
