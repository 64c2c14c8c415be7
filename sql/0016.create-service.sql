CREATE TABLE service (
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'hub, detector, …',
    instance VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'tells two copies of one service apart',
    state ENUM('online', 'offline') NOT NULL,
    version VARCHAR(32) CHARACTER SET ascii NOT NULL,
    since DATETIME(6) NOT NULL COMMENT 'UTC, when it came into this state',
    seen_at DATETIME(6) NOT NULL COMMENT 'UTC, its newest status',
    PRIMARY KEY (name, instance)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'each service as its status on the broker last said';
