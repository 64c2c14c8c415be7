'use strict';
/** Rule: of which cameras is a picture due, by how often people want one? */

const { nameOf } = require('./cameras');

/** So long a picture is wanted that could not be pulled at once: until the next one is due, and never for less than this. */
const WANTED_MS = 10_000;

/**
 * → { due: [{ camera_id, name, asked_by, expires }], turns: the next }. Time is cut into turns of `snapshot_every_s` by the clock, so
 * that nothing hangs on when this was started; `turns` (camera → turn) are those that a picture was asked for in.
 */
function picturesDue(config, turns, now) {
    const regular = config.cameras.filter((camera) => camera.can_snapshot && camera.snapshot_every_s);
    const next = Object.fromEntries(regular.map(({ id, snapshot_every_s: every }) => [id, `${every}:${Math.floor(now / 1000 / every)}`]));
    const due = regular.filter(({ id }) => next[id] !== turns[id]).map((camera) => ({
        camera_id: camera.id, name: nameOf(camera, camera.id), asked_by: `the schedule: every ${camera.snapshot_every_s} s`,
        expires: now + Math.max(WANTED_MS, camera.snapshot_every_s * 1000),
    }));
    return { due, turns: next };
}

module.exports = { picturesDue };
