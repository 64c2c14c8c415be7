'use strict';
/** What flows know of the cameras: the last `config/cameras`, or null before the first. */

const { cut } = require('./reasons');

const NAME_MAX = 80;

/** The camera with this id, or undefined. Equality, never a part of the name. */
function findCamera(config, id) {
    return config?.cameras.find((camera) => camera.id === id);
}

/** The camera's name for a sentence; its id when it has none. Cut, so that a reason stays within its 300 characters. */
function nameOf(camera, id) {
    return cut(camera?.name || id, NAME_MAX);
}

module.exports = { findCamera, nameOf };
