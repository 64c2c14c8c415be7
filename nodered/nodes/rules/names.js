'use strict';
/** Names and ids of devices that come with words of their own: the same words make the same id, always. */

const crypto = require('node:crypto');

const ID_MAX = 64;
const HASH_LENGTH = 8;
const NAME_MAX = 120;

/** As long as a name or a place may be. */
const cut = (text) => [...text].slice(0, NAME_MAX).join('');

/** `garage  door` → `Garage Door`. */
const titled = (text) => text.trim().replace(/\s+/g, ' ').replace(/\p{L}+/gu, (word) => word[0].toUpperCase() + word.slice(1).toLowerCase());

/** `Garage Door` → `garage-door`. Where letters are lost on the way (`客厅 Door`), or it is too long, a hash of the whole tells it apart. */
function slug(text) {
    const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
    const made = trimmed(plain.replace(/[^a-z0-9_]+/g, '-'));
    const isWhole = made !== '' && made.length <= ID_MAX && !/[^\x00-\x7f]/.test(plain.replace(/[^\p{L}\p{N}]/gu, ''));
    return isWhole ? made : `${trimmed(made.slice(0, ID_MAX - HASH_LENGTH - 1)) || 'unnamed'}-${hashed(text)}`;
}

const trimmed = (text) => text.replace(/^-+|-+$/g, '');
const hashed = (text) => crypto.createHash('sha256').update(text).digest('hex').slice(0, HASH_LENGTH);

module.exports = { cut, slug, titled };
