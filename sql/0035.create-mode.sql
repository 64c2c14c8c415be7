-- depends: 0034.begin-devices-config-version
CREATE TABLE mode (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'as in its topics, [a-z0-9_-]; never changes',
    name VARCHAR(60) NOT NULL COMMENT 'what people call it; free to change',
    position SMALLINT UNSIGNED NOT NULL COMMENT 'its place on the switch, from 1; equal places are in the order of names',
    builtin BOOLEAN NOT NULL DEFAULT FALSE COMMENT '1: shipped, and cannot be removed',
    PRIMARY KEY (id),
    UNIQUE KEY mode_name (name),
    CONSTRAINT mode_id_form CHECK (id REGEXP '^[a-z0-9_-]{1,64}$'),
    CONSTRAINT mode_name_not_empty CHECK (CHAR_LENGTH(name) > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what the house can be set to: disarmed, home, away, night, and what people add';
