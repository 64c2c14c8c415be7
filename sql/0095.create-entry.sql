-- depends: 0094.let-device-be-a-way-in
CREATE TABLE entry (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    mode_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'what the house was set to when it began, no foreign key, as in mode_change',
    said VARCHAR(300) NOT NULL COMMENT 'what triggered, in words',
    began_at DATETIME(6) NOT NULL COMMENT 'UTC',
    until DATETIME(6) NOT NULL COMMENT 'UTC, until when the house waits for somebody to disarm it',
    ended_at DATETIME(6) NULL COMMENT 'UTC, when somebody answered, or when its time was found to be up; NULL = it lasts',
    answered_by VARCHAR(120) NULL COMMENT 'who set another mode in time; NULL = nobody',
    answer VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the mode that they set; NULL = nobody did',
    PRIMARY KEY (id),
    KEY entry_ended (ended_at, until),
    CONSTRAINT entry_answered_by_somebody CHECK ((answered_by IS NULL) = (answer IS NULL)),
    CONSTRAINT entry_answered_is_ended CHECK (answered_by IS NULL OR ended_at IS NOT NULL)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'somebody came in by a way in of an armed house, which then waited to be disarmed; at most one lasts';
