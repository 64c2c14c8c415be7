-- depends: 0022.let-detection-belong-to-sighting
CREATE TABLE detection_zone (
    zone_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    captured_at DATETIME(6) NOT NULL COMMENT 'UTC, as in its image: for filters',
    image_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ordinal SMALLINT UNSIGNED NOT NULL COMMENT 'as in detection; the strongest kept one of its picture in this zone',
    PRIMARY KEY (zone_id, captured_at, image_id),
    KEY detection_zone_image (image_id),
    CONSTRAINT detection_zone_zone FOREIGN KEY (zone_id) REFERENCES zone (id) ON DELETE CASCADE,
    CONSTRAINT detection_zone_image FOREIGN KEY (image_id) REFERENCES image (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'in which zones of its camera something was seen in an image: one row a zone and image';
