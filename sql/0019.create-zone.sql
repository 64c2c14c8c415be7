-- depends: 0018.let-camera-choose-what-it-sees
CREATE TABLE zone (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7; never changes',
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    kind ENUM('zone', 'mask') NOT NULL COMMENT 'zone: detections in it are told apart; mask: detections in it are dropped',
    name VARCHAR(120) NOT NULL COMMENT 'what people call it; free to change',
    points JSON NOT NULL COMMENT 'array of [x, y], at least three: the corners as shares 0-1 of the picture',
    labels JSON NULL COMMENT 'a mask only: array of the labels that it drops; NULL = all',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY zone_name (camera_id, name),
    CONSTRAINT zone_camera FOREIGN KEY (camera_id) REFERENCES camera (id),
    CONSTRAINT zone_name_not_empty CHECK (CHAR_LENGTH(name) > 0),
    CONSTRAINT zone_has_corners CHECK (JSON_TYPE(points) = 'ARRAY' AND JSON_LENGTH(points) BETWEEN 3 AND 64),
    CONSTRAINT zone_labels_of_masks CHECK (labels IS NULL OR (kind = 'mask' AND JSON_TYPE(labels) = 'ARRAY'))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a part of a camera''s view; a detection is in it when the middle of its box''s lower edge is';
