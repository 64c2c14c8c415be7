'use strict';
const { judge, PICTURES } = require('./rules/plates-wanted');
const { check } = require('./rules/contracts');
const { attempt, make, stamped } = require('./runtime');

module.exports = (RED) => {
    function PlatesWanted(config) {
        RED.nodes.createNode(this, config);
        const pictures = Number(config.pictures) || PICTURES;
        this.on('input', (msg, send, done) => attempt(this, done, () => {
            send(decide(this, check('image-detected', msg.payload), pictures, msg._msgid));
        }));
    }

    function decide(node, detected, pictures, _msgid) {
        const verdict = judge(detected, pictures);
        if (!verdict) {
            return null;
        }
        const { wanted, reasons } = verdict;
        const text = `${wanted ? 'read' : 'not read'}: ${reasons.join(', ')}`;
        node.status({ fill: wanted ? 'green' : 'grey', shape: 'dot', text: stamped(text) });
        const fields = { image_id: detected.image_id, camera_id: detected.camera_id, reasons };
        return wanted ? { _msgid, payload: make('work-plates', fields) } : null;
    }

    RED.nodes.registerType('hw-plates-wanted', PlatesWanted);
};
