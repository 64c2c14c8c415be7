-- depends: 0003.create-image
CREATE TABLE detection (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    image_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    ordinal SMALLINT UNSIGNED NOT NULL COMMENT 'place in the model''s answer, 0 = highest score',
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'as in its image: for filters',
    captured_at DATETIME(6) NOT NULL COMMENT 'UTC, as in its image: for filters',
    label VARCHAR(64) NOT NULL COMMENT 'COCO''s word in lower case',
    score FLOAT NOT NULL COMMENT 'share 0-1',
    x1 FLOAT NOT NULL COMMENT 'left edge, share of the width',
    y1 FLOAT NOT NULL COMMENT 'top edge, share of the height',
    x2 FLOAT NOT NULL COMMENT 'right edge, share of the width',
    y2 FLOAT NOT NULL COMMENT 'bottom edge, share of the height',
    model VARCHAR(64) NOT NULL,
    model_version VARCHAR(64) NOT NULL,
    dropped_because VARCHAR(64) NULL COMMENT 'NULL = kept; else the reason: below score, label not wanted',
    best BOOLEAN NOT NULL DEFAULT FALSE
        COMMENT '1 for the highest-scoring kept one of its label in its image: a filter by label reads these only',
    PRIMARY KEY (id),
    UNIQUE KEY detection_once (image_id, ordinal),
    KEY detection_label (best, label, captured_at, image_id),
    KEY detection_camera_label (camera_id, best, label, captured_at, image_id),
    CONSTRAINT detection_image FOREIGN KEY (image_id) REFERENCES image (id) ON DELETE CASCADE,
    CONSTRAINT detection_score_share CHECK (score BETWEEN 0 AND 1),
    CONSTRAINT detection_box_inside CHECK (x1 >= 0 AND y1 >= 0 AND x2 <= 1 AND y2 <= 1 AND x1 < x2 AND y1 < y2),
    CONSTRAINT detection_best_is_kept CHECK (NOT best OR dropped_because IS NULL)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'one thing that a model saw in an image, also those that a rule dropped';
