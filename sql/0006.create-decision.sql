-- depends: 0003.create-image
CREATE TABLE decision (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    image_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'as in its image: for filters',
    rule VARCHAR(64) CHARACTER SET ascii NOT NULL COMMENT 'the rule that asked; one decision a rule and image',
    outcome ENUM('telling', 'told', 'not_told', 'no_channel', 'failed') NOT NULL
        COMMENT 'telling: deliveries under way; told: a channel accepted; failed: every channel refused for good',
    labels JSON NOT NULL COMMENT 'array of {label, score} that the rule looked at',
    reasons JSON NOT NULL COMMENT 'array of sentences, never empty',
    subject VARCHAR(255) NULL COMMENT 'the rendered message; NULL when nobody was to be told',
    body TEXT NULL COMMENT 'see subject',
    asked_at DATETIME(6) NOT NULL COMMENT 'UTC, when Node-RED sent its verdict',
    decided_at DATETIME(6) NOT NULL COMMENT 'UTC, when this row was written',
    told_at DATETIME(6) NULL COMMENT 'UTC, when the first channel accepted',
    PRIMARY KEY (id),
    UNIQUE KEY decision_once (image_id, rule),
    KEY decision_decided (decided_at, id),
    KEY decision_camera_decided (camera_id, decided_at, id),
    KEY decision_outcome_decided (outcome, decided_at, id),
    CONSTRAINT decision_image FOREIGN KEY (image_id) REFERENCES image (id) ON DELETE CASCADE,
    CONSTRAINT decision_camera FOREIGN KEY (camera_id) REFERENCES camera (id),
    CONSTRAINT decision_has_reasons CHECK (JSON_LENGTH(reasons) > 0),
    CONSTRAINT decision_told_has_time CHECK ((outcome = 'told') = (told_at IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'whether somebody is told of an image, and why or why not';
