'use strict';
/** Rule: what does a trigger lead to? The two halves of the tab Rules in one. */

const { draftOf } = require('./linked-outputs');
const { judge } = require('./rule-armed');

/** What must have been heard before anything is said of which rules listen, and of which act. */
const TO_LISTEN = ['links', 'devices', 'schedules'];
const TO_ACT = [...TO_LISTEN, 'mode'];

const isKnown = (known, keys) => keys.every((key) => known[key]);

/** → the fields of a `trigger/verdict`; null as long as something that is needed was never heard. */
const ruleOn = (trigger, known, now) => (isKnown(known, TO_ACT) ? judge(draftOf(trigger, known, now), known, now) : null);

module.exports = { ruleOn, isKnown, TO_LISTEN, TO_ACT };
