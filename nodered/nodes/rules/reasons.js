'use strict';
/** Reasons as messages take them: sentences of a bounded length, a bounded number of them. */

const LENGTH_MAX = 300;
const COUNT_MAX = 12;

/** By whole signs: half of one (an emoji is two) is no text that anybody else can read. */
const cut = (text, most = LENGTH_MAX) => (text.length > most ? [...text].slice(0, most).join('') : text);
const shorten = (text, most = LENGTH_MAX) => ([...text].length > most ? `${cut(text, most - 1)}…` : text);

/** Each once, in their order. */
const listed = (reasons) => [...new Set(reasons)].slice(0, COUNT_MAX).map((one) => shorten(one));

/** Of what came by a way in: that it waits; nothing when `seconds` is null. */
const waiting = (seconds) => (seconds === null ? [] : [`entry delay: it waits ${seconds} s for somebody to disarm`]);

module.exports = { cut, listed, shorten, waiting };
