-- depends: 0037.create-mode-change
CREATE TABLE schedule (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7; never changes',
    name VARCHAR(60) NOT NULL COMMENT 'what people call it; free to change',
    windows JSON NOT NULL
        COMMENT 'array of {days, from, to}: days 1 (Monday) to 7 on which it begins; from, to: 22:00, sunset, sunrise+01:00',
    exceptions JSON NOT NULL
        COMMENT 'array of {date, windows: [{from, to}]}: they take the place of the week''s windows on that date',
    enabled BOOLEAN NOT NULL DEFAULT TRUE COMMENT '0: never active',
    mode_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'what it sets the house to; NULL = nothing',
    mode_after_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'what it sets the house to when it ends; NULL = disarmed',
    PRIMARY KEY (id),
    UNIQUE KEY schedule_name (name),
    CONSTRAINT schedule_mode FOREIGN KEY (mode_id) REFERENCES mode (id),
    CONSTRAINT schedule_mode_after FOREIGN KEY (mode_after_id) REFERENCES mode (id),
    CONSTRAINT schedule_name_not_empty CHECK (CHAR_LENGTH(name) > 0),
    CONSTRAINT schedule_windows_array CHECK (JSON_TYPE(windows) = 'ARRAY'),
    CONSTRAINT schedule_exceptions_array CHECK (JSON_TYPE(exceptions) = 'ARRAY')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'times of the week; while one is on, a mode may be set and cameras may alert';
