'use strict';
/**
 * The simple forms of Home Assistant's templates: `{{ value }}`, `{{ value_json.door }}`, `{{ value_json['door'].open }}`. A
 * template is a program; whatever else one does is not guessed.
 */

const STEPS_MAX = 8;
const TEXT_MAX = 65_536;
const WHOLE = /^\{\{-?\s*value\s*-?\}\}$/;
const PART = /^\{\{-?\s*value_json((?:\.[A-Za-z_]\w*|\[\s*(?:'[^'\\]*'|"[^"\\]*"|\d{1,4})\s*\])+)\s*-?\}\}$/;
const STEP = /\.([A-Za-z_]\w*)|\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]/g;

/** Where a template's value stands: [] is the whole text, null a template that cannot be read. */
function pathOf(template) {
    if (template === undefined || template === null) {
        return [];
    }
    const text = String(template).trim();
    const part = text.length <= 200 ? PART.exec(text) : null;
    if (!part) {
        return WHOLE.test(text) ? [] : null;
    }
    const steps = [...part[1].matchAll(STEP)].map(([, ...forms]) => forms.find((form) => form !== undefined));
    return steps.length <= STEPS_MAX ? steps : null;
}

/** What a message says at a place, as Home Assistant writes it (`True`, `21.5`); undefined when there is nothing, or no plain value. */
function valueAt(path, text) {
    if (text.length > TEXT_MAX) {
        return undefined;
    }
    return path.length === 0 ? text.trim() : worded(path.reduce(inside, parsed(text)));
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}

/** Only what the message itself holds: nothing that an object knows by birth. */
const inside = (value, step) => (value !== null && typeof value === 'object' && Object.hasOwn(value, step) ? value[step] : undefined);

/** A plain value as Python, and so Home Assistant, writes it; undefined for any other. */
function worded(value) {
    if (typeof value === 'boolean') {
        return value ? 'True' : 'False';
    }
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

module.exports = { pathOf, valueAt, worded };
