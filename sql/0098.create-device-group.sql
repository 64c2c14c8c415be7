-- depends: 0097.create-held-link
CREATE TABLE device_group (
    name VARCHAR(120) COLLATE utf8mb4_bin NOT NULL COMMENT 'as in the group_name of its devices',
    schedule_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'rules use its devices only while this one is active; NULL = at any time',
    PRIMARY KEY (name),
    CONSTRAINT device_group_has_name CHECK (CHAR_LENGTH(name) > 0),
    CONSTRAINT device_group_by_schedule FOREIGN KEY (schedule_id) REFERENCES schedule (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what is set of all devices of a group; a group without a row has nothing set';
