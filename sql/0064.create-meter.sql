-- depends: 0063.fill-in-schedules-of-mode-changes
CREATE TABLE meter (
    device_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    shows ENUM('register', 'last_minute') CHARACTER SET ascii NOT NULL
        COMMENT 'which of its numbers is its value: what it has counted so far, or what it counted in the last minute',
    factor DOUBLE NOT NULL DEFAULT 1 COMMENT 'value = that number / factor: 1000 pulses are 1 kWh',
    unit VARCHAR(16) NULL COMMENT 'of the value, such as kWh; NULL = none',
    digits TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'digits after the point in which the value is told',
    low DOUBLE NULL COMMENT 'a value below makes the device active; NULL = no limit, 0 is one',
    high DOUBLE NULL COMMENT 'a value above makes the device active; NULL = no limit, 0 is one',
    reset_to DOUBLE NULL COMMENT 'the register that was asked for last; NULL = none ever was',
    reset_from DOUBLE NULL COMMENT 'the register before; NULL = it was not known',
    reset_asked_at DATETIME(6) NULL COMMENT 'UTC',
    reset_done_at DATETIME(6) NULL COMMENT 'UTC, the first reading that shows it; NULL = not answered yet',
    PRIMARY KEY (device_id),
    CONSTRAINT meter_device FOREIGN KEY (device_id) REFERENCES device (id),
    CONSTRAINT meter_factor_positive CHECK (factor > 0),
    CONSTRAINT meter_digits_few CHECK (digits <= 6),
    CONSTRAINT meter_unit_not_empty CHECK (unit IS NULL OR CHAR_LENGTH(unit) > 0),
    CONSTRAINT meter_limits_in_order CHECK (low IS NULL OR high IS NULL OR low <= high),
    CONSTRAINT meter_reset_asked CHECK ((reset_to IS NULL) = (reset_asked_at IS NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'how a device that sends readings is read; begins with its first reading';
