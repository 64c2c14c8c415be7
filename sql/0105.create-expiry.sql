-- depends: 0067.create-token
CREATE TABLE expiry (
    kind VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'commands, rulings, alerts, events, readings, audit',
    before_at DATETIME(6) NOT NULL COMMENT 'UTC; older ones may be gone',
    gone BIGINT UNSIGNED NOT NULL COMMENT 'how many were deleted so far',
    deleted_at DATETIME(6) NOT NULL COMMENT 'UTC, when some were deleted last',
    PRIMARY KEY (kind)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what keeper has deleted because it was older than the settings say; without a row nothing was';
