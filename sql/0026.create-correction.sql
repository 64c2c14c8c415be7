-- depends: 0025.create-plate-read
CREATE TABLE correction (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    image_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ordinal SMALLINT UNSIGNED NOT NULL COMMENT 'as in detection',
    model VARCHAR(64) NOT NULL COMMENT 'that had seen it',
    label_before VARCHAR(64) NOT NULL,
    label_after VARCHAR(64) NULL COMMENT 'what it is; NULL = there is nothing',
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'who said so',
    corrected_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    KEY correction_model (model, corrected_at),
    KEY correction_detection (image_id, ordinal),
    CONSTRAINT correction_user FOREIGN KEY (user_id) REFERENCES user (id),
    CONSTRAINT correction_image FOREIGN KEY (image_id) REFERENCES image (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what a person has put right in a detector''s answer';
