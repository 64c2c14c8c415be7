-- depends: 0110.create-access
CREATE TABLE reach (
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    way ENUM('snapshot', 'stream') NOT NULL,
    state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'ok, refused (its account), missing (no such address), not_a_picture, cut_short, stale, slow, away …',
    detail VARCHAR(300) NOT NULL DEFAULT '' COMMENT 'what happened, in words; never an address with its account',
    since DATETIME(6) NOT NULL COMMENT 'UTC, since when it is so',
    tried_at DATETIME(6) NOT NULL COMMENT 'UTC, the last try',
    well_at DATETIME(6) NULL COMMENT 'UTC, the last try that was ok; NULL = none yet',
    PRIMARY KEY (camera_id, way),
    CONSTRAINT reach_access FOREIGN KEY (camera_id) REFERENCES access (camera_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'how the last try to reach a camera ended, for each way to it';
