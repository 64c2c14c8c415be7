-- depends: 0023.create-detection-zone
CREATE TABLE plate_look (
    image_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'as in its image: for turns',
    captured_at DATETIME(6) NOT NULL COMMENT 'UTC, as in its image: for turns',
    state ENUM('pending', 'reading', 'read', 'failed') NOT NULL DEFAULT 'pending',
    wanted_at DATETIME(6) NOT NULL COMMENT 'UTC, when Node-RED asked for it',
    claimed_by VARCHAR(64) CHARACTER SET ascii NULL COMMENT 'the worker that reads it now',
    claim_expires_at DATETIME(6) NULL COMMENT 'UTC; afterwards another worker may take it',
    attempts TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'claims so far',
    read_at DATETIME(6) NULL COMMENT 'UTC, when the outcome was written',
    reader VARCHAR(64) NULL COMMENT 'what read it: local, or a service''s name',
    took_ms FLOAT NULL COMMENT 'milliseconds of decoding and reading',
    fell_back_because VARCHAR(300) NULL COMMENT 'why the local reader stood in for the service; NULL = it did not',
    error VARCHAR(500) NULL COMMENT 'why it failed, in words; NULL unless failed',
    PRIMARY KEY (image_id),
    KEY plate_look_state (state, captured_at),
    KEY plate_look_claim (state, claim_expires_at),
    CONSTRAINT plate_look_image FOREIGN KEY (image_id) REFERENCES image (id) ON DELETE CASCADE,
    CONSTRAINT plate_look_claim_while_reading CHECK ((state = 'reading') = (claim_expires_at IS NOT NULL)),
    CONSTRAINT plate_look_failed_has_reason CHECK ((state = 'failed') = (error IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a picture whose plates are to be read, and what came of it';
