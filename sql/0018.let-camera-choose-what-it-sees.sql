-- depends: 0017.create-figure
ALTER TABLE camera
    ADD COLUMN label_scores JSON NOT NULL DEFAULT '{}'
        COMMENT 'object, label to share 0-1: labels that need another score than min_score' AFTER min_score,
    ADD COLUMN night_min_score FLOAT NULL
        COMMENT 'share 0-1 for pictures without colour (infrared light), where higher; NULL = as by day' AFTER label_scores,
    ADD COLUMN min_area FLOAT NOT NULL DEFAULT 0
        COMMENT 'share 0-1 of the picture; a smaller box is dropped as too small' AFTER night_min_score,
    ADD COLUMN max_area FLOAT NOT NULL DEFAULT 1
        COMMENT 'share 0-1 of the picture; a larger box is dropped as too large' AFTER min_area,
    ADD COLUMN min_height FLOAT NOT NULL DEFAULT 0
        COMMENT 'share 0-1 of the picture''s height; a lower box is dropped as too small' AFTER max_area,
    ADD COLUMN crops ENUM('whole', 'squares', 'tiles4', 'tiles9') NOT NULL DEFAULT 'whole'
        COMMENT 'parts that are looked at besides the whole picture: two or three squares, 2 x 2 or 3 x 3 tiles'
        AFTER min_height,
    ADD COLUMN seen_in TINYINT UNSIGNED NOT NULL DEFAULT 1
        COMMENT 'a thing arrives when it was seen in so many of the last seen_of pictures' AFTER crops,
    ADD COLUMN seen_of TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'see seen_in' AFTER seen_in,
    ADD COLUMN departure_labels JSON NOT NULL DEFAULT '[]'
        COMMENT 'array of labels whose departure raises an alert' AFTER alert_labels,
    ADD CONSTRAINT camera_label_scores_object CHECK (JSON_TYPE(label_scores) = 'OBJECT'),
    ADD CONSTRAINT camera_night_min_score_share CHECK (night_min_score IS NULL OR night_min_score BETWEEN 0 AND 1),
    ADD CONSTRAINT camera_area_shares CHECK (min_area >= 0 AND min_area < max_area AND max_area <= 1),
    ADD CONSTRAINT camera_min_height_share CHECK (min_height BETWEEN 0 AND 1),
    ADD CONSTRAINT camera_seen_in_of CHECK (seen_in >= 1 AND seen_in <= seen_of AND seen_of <= 20),
    ADD CONSTRAINT camera_departure_labels_array CHECK (JSON_TYPE(departure_labels) = 'ARRAY');
