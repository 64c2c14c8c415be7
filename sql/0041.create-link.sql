-- depends: 0040.begin-schedules-config-version
CREATE TABLE link (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    name VARCHAR(120) NOT NULL COMMENT 'what people call it; reasons name it',
    enabled BOOLEAN NOT NULL DEFAULT TRUE COMMENT '0: it says that it is switched off, and does nothing',
    inputs JSON NOT NULL
        COMMENT 'array of {kind, id, moment, labels, zones, standings}: what triggers it; docs/rules.md says the form',
    within_s INT UNSIGNED NULL
        COMMENT 'seconds in which all inputs must have triggered; NULL = any one of them is enough',
    modes JSON NULL COMMENT 'array of ids of the modes in which it acts; NULL = in every mode',
    schedule_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'it acts only while this schedule is active; NULL = at any time',
    actions JSON NOT NULL COMMENT 'array of {kind, id, on, seconds, text, people}: what it does; docs/rules.md says the form',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    acted_at DATETIME(6) NULL COMMENT 'UTC, when it last did something; NULL = never',
    PRIMARY KEY (id),
    UNIQUE KEY link_name (name),
    CONSTRAINT link_schedule FOREIGN KEY (schedule_id) REFERENCES schedule (id),
    CONSTRAINT link_name_not_empty CHECK (CHAR_LENGTH(name) > 0),
    CONSTRAINT link_has_inputs CHECK (JSON_TYPE(inputs) = 'ARRAY' AND JSON_LENGTH(inputs) > 0),
    CONSTRAINT link_has_actions CHECK (JSON_TYPE(actions) = 'ARRAY' AND JSON_LENGTH(actions) > 0),
    CONSTRAINT link_modes_array CHECK (modes IS NULL OR JSON_TYPE(modes) = 'ARRAY'),
    CONSTRAINT link_within_positive CHECK (within_s IS NULL OR within_s > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what is done when an input triggers; pages say rule';
