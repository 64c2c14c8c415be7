-- depends: 0002.create-camera
CREATE TABLE image (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7, made at receipt',
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(255) COLLATE utf8mb4_bin NOT NULL COMMENT 'file name, in stock imagehub''s form',
    path VARCHAR(400) COLLATE utf8mb4_bin NOT NULL COMMENT 'below the media folder: images/<day>/<name>',
    captured_at DATETIME(6) NOT NULL COMMENT 'UTC, by the sender''s clock where it says so, else received_at',
    received_at DATETIME(6) NOT NULL COMMENT 'UTC, by our clock when the last byte had come',
    stored_at DATETIME(6) NOT NULL COMMENT 'UTC, when this row was written',
    width INT UNSIGNED NULL COMMENT 'pixels, from the header; NULL when it has none that we can read',
    height INT UNSIGNED NULL COMMENT 'pixels, see width',
    bytes INT UNSIGNED NOT NULL COMMENT 'size of the file',
    sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of the file, lower-case hex',
    state ENUM('new', 'pending', 'detecting', 'detected', 'failed', 'kept') NOT NULL DEFAULT 'new'
        COMMENT 'new > pending > detecting > detected or failed; or new > kept',
    decided_at DATETIME(6) NULL COMMENT 'UTC, when Node-RED''s plan for it was carried out (pending or kept)',
    claimed_by VARCHAR(64) CHARACTER SET ascii NULL COMMENT 'the worker that looks at it now',
    claim_expires_at DATETIME(6) NULL COMMENT 'UTC; afterwards another worker may take it',
    attempts TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'claims so far',
    detected_at DATETIME(6) NULL COMMENT 'UTC, when the outcome was written',
    model VARCHAR(64) NULL COMMENT 'name of the model that looked',
    model_version VARCHAR(64) NULL,
    took_ms FLOAT NULL COMMENT 'milliseconds of decoding and looking',
    error VARCHAR(500) NULL COMMENT 'why it failed, in words; NULL unless failed',
    judged_at DATETIME(6) NULL
        COMMENT 'UTC, when it was settled whether to tell (its decision''s row); at once when nothing was found',
    PRIMARY KEY (id),
    UNIQUE KEY image_path (path),
    KEY image_captured (captured_at, id),
    KEY image_camera_captured (camera_id, captured_at, id),
    KEY image_state_camera (state, camera_id, captured_at),
    KEY image_state_claim (state, claim_expires_at),
    KEY image_state_judged (state, judged_at, detected_at),
    CONSTRAINT image_camera FOREIGN KEY (camera_id) REFERENCES camera (id),
    CONSTRAINT image_sha256_form CHECK (sha256 REGEXP '^[0-9a-f]{64}$'),
    CONSTRAINT image_path_inside CHECK (path LIKE 'images/%' AND path NOT LIKE '%..%'),
    CONSTRAINT image_claim_while_detecting CHECK (
        (state = 'detecting') = (claim_expires_at IS NOT NULL)
    ),
    CONSTRAINT image_outcome_has_time CHECK (
        state NOT IN ('detected', 'failed') OR detected_at IS NOT NULL
    ),
    CONSTRAINT image_failed_has_reason CHECK ((state = 'failed') = (error IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a picture that we have accepted; its file is on disk with this size and hash';
