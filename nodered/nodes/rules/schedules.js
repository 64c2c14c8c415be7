'use strict';
/** Rule: which schedules are active, what is new of it, and does one of them want the house in another mode? */

const { rfc3339 } = require('./envelope');
const { activeAt, needsSun } = require('./windows');

const DISARMED = 'disarmed';
const TIMER = 'timer';
const NEVER = { active: false, since: null, until: null };

/** The state of every schedule of a `config/schedules`, in the fields of `schedule/…/state`. A switched-off one is never active. */
function statesOf(config, now) {
    return config.schedules.map((one) => {
        const { active, since, until } = one.enabled ? activeAt(one, config, now) : NEVER;
        return { schedule_id: one.id, name: one.name, active, since: moment(since), until: moment(until) };
    });
}

const moment = (ms) => (ms === null ? null : rfc3339(ms));

/** → { news: states that are not as they were `told` (id → JSON), gone: ids that were told and are no more, told: the next }. */
function newsOf(states, told) {
    const next = Object.fromEntries(states.map((state) => [state.schedule_id, JSON.stringify(state)]));
    return {
        news: states.filter(({ schedule_id: id }) => next[id] !== told[id]),
        gone: Object.keys(told).filter((id) => !(id in next)),
        told: next,
    };
}

/**
 * → null, or { mode_id, by, reason, until } for `mode/set`: what a schedule wants the house set to other than `mode`, the last
 * `mode/state`. It asks the clock what should be, so that it is right after a restart at any minute. One that begins goes before
 * one that ends; where another one is active at an end, it is that one's turn.
 */
function wishOf(config, mode, now) {
    const setting = config.schedules.filter((one) => one.enabled && one.mode_id)
        .map((schedule) => ({ schedule, state: activeAt(schedule, config, now) }));
    const active = setting.filter(({ state }) => state.active);
    return first(active, ({ schedule, state }) => beginning(schedule, state, mode))
        ?? first(setting, ({ schedule, state }) => ending(schedule, state, config, mode, active[0]?.schedule));
}

/** What the first of some comes to that comes to anything. */
const first = (some, make) => some.map(make).find((made) => made) ?? null;

function beginning(schedule, state, mode) {
    return isOlder(mode, state.since) ? wish(schedule, schedule.mode_id, `${schedule.name} has begun`) : null;
}

function ending(schedule, state, place, mode, other) {
    const isOver = !state.active && mode.mode_id === schedule.mode_id && isItsOwn(schedule, place, mode, state.since);
    const after = other ? other.mode_id : schedule.mode_after_id ?? DISARMED;
    if (!isOver || after === schedule.mode_id) {
        return null;
    }
    return other ? wish(other, after, `${schedule.name} has ended, ${other.name} goes on`) : wish(schedule, after, `${schedule.name} has ended`);
}

const wish = ({ id, name }, modeId, reason) => ({ mode_id: modeId, by: `schedule ${name}`, reason, until: null, schedule_id: id });

/** What somebody set within the window stays: only what was set before it began gives way. */
const isOlder = (mode, since) => mode.since === null || (since !== null && Date.parse(mode.since) < since);

/** Also when a person had set another mode for a while, and the timer went back to the schedule's within its window. */
function isItsOwn(schedule, place, mode, ended) {
    if (mode.schedule_id === schedule.id) {
        return true;
    }
    if (mode.by !== TIMER || ended === null) {
        return false;
    }
    const { since } = activeAt(schedule, place, ended - 1);
    const set = Date.parse(mode.since);
    return since !== null && since <= set && set < ended;
}

/** Names of the schedules that follow the sun, when nobody has said where the house is. */
function blind(config) {
    const isPlaced = typeof config.latitude === 'number' && typeof config.longitude === 'number';
    return isPlaced ? [] : config.schedules.filter((one) => one.enabled && needsSun(one)).map(({ name }) => name);
}

module.exports = { statesOf, newsOf, wishOf, blind };
