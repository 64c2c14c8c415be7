-- depends: 0036.begin-modes
CREATE TABLE mode_change (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7, of the mode/set that asked for it',
    mode_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'no foreign key: what happened stays also when a mode of the owner''s own is removed',
    since DATETIME(6) NOT NULL COMMENT 'UTC, when it was set',
    set_by VARCHAR(120) NOT NULL COMMENT 'a person''s name, schedule and its name, timer, or what else asked for it',
    reason VARCHAR(300) NOT NULL,
    until DATETIME(6) NULL COMMENT 'UTC, when previous_mode_id comes back; NULL = it stays',
    previous_mode_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'the mode before, without those that were set only until a time; NULL = none had ever been set',
    PRIMARY KEY (id),
    KEY mode_change_since (since, id),
    CONSTRAINT mode_change_set_by_not_empty CHECK (CHAR_LENGTH(set_by) > 0),
    CONSTRAINT mode_change_reason_not_empty CHECK (CHAR_LENGTH(reason) > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'who set the house to what, and why; the newest is its mode, disarmed before the first';
