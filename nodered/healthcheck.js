'use strict';
/** Exits with 0 when Node-RED answers on its own port: the health check of the container. */

const TIMEOUT_MS = 4000;
const url = `http://127.0.0.1:${process.env.NR_PORT || 1880}/`;

fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) }).then(
    (answer) => process.exit(answer.ok ? 0 : 1),
    (error) => {
        console.error(`${url} does not answer: ${error.message}`);
        process.exit(1);
    },
);
