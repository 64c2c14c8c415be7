'use strict';
const crypto = require('node:crypto');
const { check } = require('./rules/contracts');
const { rfc3339, uuid7 } = require('./rules/envelope');
const { picturesDue } = require('./rules/pictures-due');
const { attempt, make, stamped } = require('./runtime');

const LOOK_MS = 1000;

module.exports = (RED) => {
    function PicturesDue(config) {
        RED.nodes.createNode(this, config);
        const known = { cameras: null, turns: {} };
        const look = (now) => {
            const { due, turns } = picturesDue(known.cameras, known.turns, now);
            known.turns = turns;
            due.forEach((one) => this.send({ payload: wanted(one, now) }));
            show(this, due, turns);
        };
        const timer = setInterval(() => attempt(this, (error) => error && this.error(error), () => known.cameras && look(Date.now())), LOOK_MS);

        this.on('input', (msg, send, done) => attempt(this, done, () => {
            known.cameras = check('config-cameras', msg.payload);
        }));
        this.on('close', () => clearInterval(timer));
    }

    function wanted({ camera_id, asked_by, expires }, now) {
        return make('work-snapshot', { pull_id: uuid7(now, crypto.randomBytes(10)), camera_id, asked_by, expires_at: rfc3339(expires) });
    }

    function show(node, due, turns) {
        const count = Object.keys(turns).length;
        if (due.length) {
            node.status({ fill: 'green', shape: 'dot', text: stamped(`asked: ${due.map(({ name }) => name).join(', ')}`) });
        } else if (!count) {
            node.status({ fill: 'grey', shape: 'dot', text: 'no camera wants it' });
        }
    }

    RED.nodes.registerType('hw-pictures-due', PicturesDue);
};
