CREATE TABLE node (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'slug of the first name it gave, [a-z0-9_-]; never changes',
    source VARCHAR(255) COLLATE utf8mb4_bin NOT NULL
        COMMENT 'the name as it is sent: the text of a Heartbeat or Restart before the first |',
    name VARCHAR(120) NOT NULL COMMENT 'what people call it; free to change',
    host VARCHAR(255) NULL COMMENT 'host name from its last Restart',
    system VARCHAR(64) NULL COMMENT 'operating system from its last Restart',
    address VARCHAR(64) NULL COMMENT 'IP address from its last Restart, as it reported it',
    memory_mb INT UNSIGNED NULL COMMENT 'megabytes of memory from its last Restart',
    restarted_at DATETIME(6) NULL COMMENT 'UTC, receipt of its last Restart',
    last_seen_at DATETIME(6) NULL COMMENT 'UTC, receipt of its newest message of any kind',
    silent_since DATETIME(6) NULL COMMENT 'UTC, when its silence was raised; NULL while it speaks',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY node_source (source),
    CONSTRAINT node_id_form CHECK (id REGEXP '^[a-z0-9_-]{1,64}$'),
    CONSTRAINT node_source_not_empty CHECK (CHAR_LENGTH(source) > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a computer that senses and sends (a Raspberry Pi); registers itself by speaking';
