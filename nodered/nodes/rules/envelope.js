'use strict';
/** The envelope of every message: v, id (UUIDv7, RFC 9562), at (RFC 3339 in UTC, six digits of fraction), src. */

const SOURCE = 'nodered';

/** A UUIDv7 of a moment (ms since 1970) and 10 random bytes. */
function uuid7(now, random) {
    const bytes = Buffer.alloc(16);
    bytes.writeUIntBE(now, 0, 6);
    random.copy(bytes, 6, 0, 10);
    bytes[6] = 0x70 | (bytes[6] & 0x0f);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** `2026-11-20T08:08:49.711000Z`: this clock has milliseconds, the contract has six digits. */
function rfc3339(now) {
    return new Date(now).toISOString().replace('Z', '000Z');
}

/** The whole message: the envelope, then the fields. */
function envelope(fields, now, random) {
    return { v: 1, id: uuid7(now, random), at: rfc3339(now), src: SOURCE, ...fields };
}

module.exports = { envelope, rfc3339, uuid7, SOURCE };
