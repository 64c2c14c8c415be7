'use strict';
const { check } = require('./rules/contracts');
const { blind, newsOf, statesOf, wishOf } = require('./rules/schedules');
const { attempt, make, stamped } = require('./runtime');

const LOOK_MS = 15_000;
/** So long it waits for the answer to a wish before it asks again. */
const ANSWER_MS = 5000;
/** What waited at the broker comes one after another: nothing is wished before the last of it was heard. */
const SETTLED_MS = 1000;

module.exports = (RED) => {
    function Schedules(config) {
        RED.nodes.createNode(this, config);
        const base = RED.util.evaluateNodeProperty('HW_BASE_TOPIC', 'env', this);
        // Nothing is kept over a restart: what was set meanwhile must be heard before anything is wished.
        const known = { schedules: null, mode: null, told: {}, wishedAt: -Infinity };

        const learn = (msg) => {
            const topic = String(msg.topic ?? '');
            const [, told] = /\/schedule\/([^/]+)\/state$/.exec(topic) ?? [];
            if (told) {
                // What the broker holds of a schedule that is no more, it has held since nobody was there to clear it.
                known.told = msg.payload === '' ? known.told : { [told]: '', ...known.told };
            } else if (topic.endsWith('/mode/state')) {
                Object.assign(known, { mode: check('mode-state', msg.payload), wishedAt: -Infinity });
            } else {
                // The broker may have forgotten what it was told: all is told anew.
                const gone = Object.fromEntries(Object.keys(known.told).map((id) => [id, '']));
                Object.assign(known, { schedules: check('config-schedules', msg.payload), told: gone });
            }
        };
        const look = (send, now) => {
            const states = statesOf(known.schedules, now);
            const { news, gone, told } = newsOf(states, known.told);
            known.told = told;
            news.forEach((state) => send([{ topic: topicOf(state.schedule_id), payload: make('schedule-state', state) }, null]));
            gone.forEach((id) => send([{ topic: topicOf(id), payload: '' }, null]));
            show(this, states, known);
        };
        const wish = (send, now) => {
            const wanted = known.mode && now - known.wishedAt > ANSWER_MS ? wishOf(known.schedules, known.mode, now) : null;
            if (wanted) {
                known.wishedAt = now;
                send([null, { payload: make('mode-set', wanted) }]);
            }
        };
        const topicOf = (id) => `${base}/schedule/${id}/state`;
        const step = (...steps) => attempt(this, (error) => error && this.error(error), () => {
            if (known.schedules) {
                steps.forEach((one) => one(this.send.bind(this), Date.now()));
            }
        });
        let settling = null;
        const settled = () => {
            settling = null;
            step(wish);
        };
        const timer = setInterval(() => step(look, ...(settling ? [] : [wish])), LOOK_MS);

        this.on('input', (msg, send, done) => attempt(this, done, () => {
            learn(msg);
            clearTimeout(settling);
            settling = setTimeout(settled, SETTLED_MS);
            if (known.schedules) {
                look(send, Date.now());
            }
        }));
        this.on('close', () => {
            clearInterval(timer);
            clearTimeout(settling);
        });
    }

    function show(node, states, { schedules, mode }) {
        const dark = blind(schedules);
        const active = states.filter((state) => state.active).map(({ name }) => name);
        const text = dark.length
            ? `where is the house? ${dark.join(', ')} needs to know`
            : `${active.length ? `active: ${active.join(', ')}` : 'none is active'}${mode ? ` · ${mode.name}` : ''}`;
        node.status({ fill: dark.length ? 'yellow' : active.length ? 'green' : 'grey', shape: 'dot', text: stamped(text) });
    }

    RED.nodes.registerType('hw-schedules', Schedules);
};
