'use strict';
/** Checks messages against the JSON Schemas in ../contracts, which `scripts/contracts` writes. */

const fs = require('node:fs');
const path = require('node:path');
const Ajv = require('ajv/dist/2020');
const addFormats = require('ajv-formats');

const FOLDER = path.join(__dirname, '..', 'contracts');
const ENDING = '.schema.json';

const ajv = new Ajv({ allErrors: true });
addFormats(ajv);
const checks = new Map(fs.readdirSync(FOLDER).filter((name) => name.endsWith(ENDING)).map(compile));

function compile(name) {
    return [name.slice(0, -ENDING.length), ajv.compile(JSON.parse(fs.readFileSync(path.join(FOLDER, name), 'utf8')))];
}

/** The names of all contracts, such as `image-new`. */
const names = () => [...checks.keys()].sort();

/** Returns the payload when it keeps the contract. Throws an Error that says which fields are wrong, and how. */
function check(name, payload) {
    const valid = checks.get(name);
    if (!valid) {
        throw new Error(`there is no contract named ${name}; there are: ${names().join(', ')}`);
    }
    if (!valid(payload)) {
        throw new Error(`a message was refused because it breaks the contract ${name}: ${valid.errors.slice(0, 4).map(explain).join('; ')}`);
    }
    return payload;
}

function explain({ instancePath, message, params }) {
    const field = instancePath.slice(1).replaceAll('/', '.') || 'the payload';
    const unknown = params.additionalProperty ? ` (${params.additionalProperty})` : '';
    return `${field} ${message}${unknown}`;
}

module.exports = { check, names };
