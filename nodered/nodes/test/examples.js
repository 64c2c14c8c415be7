'use strict';
/** The golden examples of ../../../contracts/examples, with changes. */

const fs = require('node:fs');
const path = require('node:path');

const FOLDER = path.join(__dirname, '..', '..', '..', 'contracts', 'examples');

const example = (name, changes = {}) => ({ ...JSON.parse(fs.readFileSync(path.join(FOLDER, `${name}.json`), 'utf8')), ...changes });
const names = () => fs.readdirSync(FOLDER).map((name) => name.replace('.json', ''));

module.exports = { example, names };
