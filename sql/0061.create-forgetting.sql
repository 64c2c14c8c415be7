-- depends: 0060.create-telegram-update
CREATE TABLE forgetting (
    device_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'who asked for it; no foreign key: what was asked for is done also when its person is gone',
    asked_at DATETIME(6) NOT NULL COMMENT 'UTC',
    gone INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'how many of its events were deleted so far',
    PRIMARY KEY (device_id),
    CONSTRAINT forgetting_device FOREIGN KEY (device_id) REFERENCES device (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'devices that are to be forgotten: nobody is shown them, and scribe deletes what they have, some at a time';
