'use strict';
/** Rules for flows.json. Warnings count as mistakes: tests/nodered/test_flow_file.py reads them all. */

module.exports = {
    rules: {
        'align-to-grid': true,
        'max-flow-size': { maxSize: 27 }, // 25 and the two comments of a tab, which it counts, too
        'no-duplicate-http-in-urls': true,
        'no-loops': true,
        'no-overlapping-nodes': true,
        'no-unconnected-http-nodes': true,
        'no-unnamed-functions': true,
        'no-unnamed-links': true,
        'function-eslint': {
            config: {
                env: { es2022: true, node: true },
                parserOptions: { ecmaVersion: 12 },
                rules: { 'no-undef': 'error', 'no-unused-vars': 'error', 'max-lines': ['error', 5] },
            },
        },
    },
};
