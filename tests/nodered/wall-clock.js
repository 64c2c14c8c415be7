'use strict';
/** Preloaded into Node-RED by a test: its wall clock shows the time in the file HW_TEST_CLOCK, and runs on from there. */

const fs = require('node:fs');

const Real = Date;
let shown = '';
let shift = 0;

function now() {
    const text = fs.readFileSync(process.env.HW_TEST_CLOCK, 'utf8');
    if (text !== shown) {
        shown = text;
        shift = Real.parse(text) - Real.now();
    }
    return Real.now() + shift;
}

globalThis.Date = class extends Real {
    constructor(...fields) {
        super(...(fields.length ? fields : [now()]));
    }

    static now() {
        return now();
    }
};
