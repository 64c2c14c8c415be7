-- depends: 0021.create-sighting
ALTER TABLE detection
    ADD COLUMN sighting_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'the sighting that it is a part of; NULL when it was dropped' AFTER best,
    ADD COLUMN arrival BOOLEAN NOT NULL DEFAULT FALSE
        COMMENT '1 in the picture that settled that the sighting has arrived' AFTER sighting_id,
    ADD COLUMN place SMALLINT UNSIGNED NOT NULL DEFAULT 0
        COMMENT 'the how-manyth picture of its sighting this is, from 1; 0 without one' AFTER arrival,
    ADD COLUMN corrected BOOLEAN NOT NULL DEFAULT FALSE COMMENT '1 when a person has changed it' AFTER place,
    ADD KEY detection_sighting (sighting_id, captured_at, image_id),
    ADD CONSTRAINT detection_in_sighting FOREIGN KEY (sighting_id) REFERENCES sighting (id) ON DELETE SET NULL;
