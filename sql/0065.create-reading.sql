-- depends: 0064.create-meter
CREATE TABLE reading (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of the message: one that comes twice is one row',
    device_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    at DATETIME(6) NOT NULL COMMENT 'UTC, when it was read',
    register DOUBLE NULL COMMENT 'what it has counted so far, as it says it; NULL = it does not say',
    last_minute DOUBLE NULL COMMENT 'what it counted in the last minute, as it says it; NULL = it does not say',
    PRIMARY KEY (id),
    KEY reading_device_at (device_id, at, register, last_minute),
    CONSTRAINT reading_meter FOREIGN KEY (device_id) REFERENCES meter (device_id),
    CONSTRAINT reading_says_something CHECK (register IS NOT NULL OR last_minute IS NOT NULL)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what meters say, a row each time; raw, so that another factor or unit holds for what was read before, too';
