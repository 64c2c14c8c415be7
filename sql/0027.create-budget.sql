-- depends: 0026.create-correction
CREATE TABLE budget (
    service VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'rekognition, plate-recognizer',
    month DATE NOT NULL COMMENT 'its first day, in UTC',
    used INT UNSIGNED NOT NULL COMMENT 'calls that were made, also those that failed',
    PRIMARY KEY (service, month)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'how often a service that costs money was called in a month';
