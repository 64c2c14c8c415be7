-- depends: 0042.let-device-be-held
CREATE TABLE hold (
    device_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    accepted_at DATETIME(6) NULL
        COMMENT 'UTC, when its newest accepted trigger happened: the latch runs from here; NULL = it is not latched',
    accepted_detail VARCHAR(200) NULL COMMENT 'what that trigger said: another detail passes the latch',
    counted JSON NOT NULL COMMENT 'array of times (RFC 3339) of the triggers that count towards rate_count',
    escalated_at DATETIME(6) NULL COMMENT 'UTC, when its present activity escalated; NULL = it has not',
    PRIMARY KEY (device_id),
    CONSTRAINT hold_device FOREIGN KEY (device_id) REFERENCES device (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what an input is held by: its latch, its count, its escalation';
