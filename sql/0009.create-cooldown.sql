-- depends: 0006.create-decision
CREATE TABLE cooldown (
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    label VARCHAR(64) NOT NULL,
    decision_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'the decision whose deliveries are under way; NULL when none is',
    told_at DATETIME(6) NULL COMMENT 'UTC, when a channel last accepted an alert of this label; the cooldown runs from here',
    PRIMARY KEY (camera_id, label),
    CONSTRAINT cooldown_camera FOREIGN KEY (camera_id) REFERENCES camera (id),
    CONSTRAINT cooldown_decision FOREIGN KEY (decision_id) REFERENCES decision (id) ON DELETE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'one alert at a time for a camera and label, then a pause; spent only when a channel accepted';
