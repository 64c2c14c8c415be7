CREATE TABLE figure (
    service VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    instance VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'spool_bytes, late_replies, …',
    at DATETIME NOT NULL COMMENT 'UTC, the full minute',
    value DOUBLE NOT NULL COMMENT 'the newest of that minute; its unit is in its name',
    PRIMARY KEY (service, instance, name, at),
    KEY figure_at (at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a service''s figures, one a minute, for charts without Prometheus; kept for 90 days';
