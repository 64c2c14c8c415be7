-- depends: 0121.pull-pictures-by-schedule
CREATE TABLE pull (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7, of who asked',
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    asked_by VARCHAR(160) NOT NULL COMMENT 'who asked, in words: a rule, the schedule, somebody',
    asked_at DATETIME(6) NOT NULL COMMENT 'UTC',
    expires_at DATETIME(6) NOT NULL COMMENT 'UTC; afterwards nobody wants the picture any more',
    state ENUM('waiting', 'pulling', 'ended') NOT NULL COMMENT 'waiting > pulling (claimed) > ended',
    claimed_by VARCHAR(64) CHARACTER SET ascii NULL COMMENT 'which try holds it',
    claim_expires_at DATETIME(6) NULL COMMENT 'UTC; afterwards it waits again',
    outcome VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'as state of reach; expired = nobody came to it in time',
    detail VARCHAR(300) NOT NULL DEFAULT '' COMMENT 'what happened, in words; never an address with its account',
    image_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the picture that came of it',
    ended_at DATETIME(6) NULL COMMENT 'UTC; NULL until ended',
    alert LONGTEXT NULL COMMENT 'JSON: the alert of a rule that waits for the picture; NULL = none',
    PRIMARY KEY (id),
    KEY pull_state (state, asked_at),
    KEY pull_camera (camera_id, state),
    KEY pull_asked (asked_at),
    CONSTRAINT pull_camera FOREIGN KEY (camera_id) REFERENCES camera (id),
    CONSTRAINT pull_claim_while_pulling CHECK ((state = 'pulling') = (claim_expires_at IS NOT NULL)),
    CONSTRAINT pull_ended_says_how CHECK ((state = 'ended') = (outcome IS NOT NULL AND ended_at IS NOT NULL)),
    CONSTRAINT pull_alert_json CHECK (alert IS NULL OR JSON_VALID(alert))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a picture that is to be had from a camera by its address, and what came of it';
