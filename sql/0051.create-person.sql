-- depends: 0049.begin-links-config-version
CREATE TABLE person (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    name VARCHAR(120) NOT NULL COMMENT 'what people call them; reasons name them',
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the account that is theirs; NULL = none',
    enabled BOOLEAN NOT NULL DEFAULT TRUE COMMENT '0: they are told nothing',
    cameras JSON NULL COMMENT 'array of ids of the cameras they want to know of; NULL = of all',
    labels JSON NULL COMMENT 'array of the labels they want to know of; NULL = of all that a camera alerts on',
    zones JSON NULL COMMENT 'array of the names of the zones they want to know of; NULL = anywhere in the picture',
    modes JSON NULL COMMENT 'array of ids of the modes in which they are told; NULL = in every mode',
    happenings JSON NOT NULL COMMENT 'array of the kinds of events they want to know of: camera_silent, panic …',
    quiet JSON NOT NULL COMMENT 'array of windows {days, from, to}, as of a schedule: their quiet hours',
    breaks_through JSON NOT NULL
        COMMENT 'array of what is told in quiet hours all the same: labels, kinds of events, plate_deny',
    per_hour INT UNSIGNED NULL COMMENT 'at most so many alerts an hour, the others in one summary; NULL = no limit',
    muted_until DATETIME(6) NULL COMMENT 'UTC; they are told nothing until then; NULL = not muted',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY person_name (name),
    CONSTRAINT person_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE SET NULL,
    CONSTRAINT person_name_not_empty CHECK (CHAR_LENGTH(name) > 0),
    CONSTRAINT person_cameras_array CHECK (cameras IS NULL OR JSON_TYPE(cameras) = 'ARRAY'),
    CONSTRAINT person_labels_array CHECK (labels IS NULL OR JSON_TYPE(labels) = 'ARRAY'),
    CONSTRAINT person_zones_array CHECK (zones IS NULL OR JSON_TYPE(zones) = 'ARRAY'),
    CONSTRAINT person_modes_array CHECK (modes IS NULL OR JSON_TYPE(modes) = 'ARRAY'),
    CONSTRAINT person_happenings_array CHECK (JSON_TYPE(happenings) = 'ARRAY'),
    CONSTRAINT person_quiet_array CHECK (JSON_TYPE(quiet) = 'ARRAY'),
    CONSTRAINT person_breaks_through_array CHECK (JSON_TYPE(breaks_through) = 'ARRAY'),
    CONSTRAINT person_per_hour_positive CHECK (per_hour IS NULL OR per_hour > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'somebody who is told: of what, when, and through which channels';
