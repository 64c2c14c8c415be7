-- depends: 0065.create-reading
CREATE TABLE lease (
    service VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'scribe, keeper',
    instance VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the instance that works; others stand by',
    since DATETIME(6) NOT NULL COMMENT 'UTC by the database''s clock, when that instance began',
    expires_at DATETIME(6) NOT NULL COMMENT 'UTC by the database''s clock; afterwards another instance may take it',
    PRIMARY KEY (service)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'which instance works, of a service of which one at a time does';
