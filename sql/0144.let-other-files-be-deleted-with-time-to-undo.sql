-- depends: 0143.find-segments-by-when-they-were-stored
ALTER TABLE removal
    MODIFY recording_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'of a segment, a clip or another file (upload)',
    MODIFY kind ENUM('segment', 'clip', 'upload') NOT NULL,
    COMMENT = 'what is to be deleted: nobody is shown it, and after a minute keeper lets its files go';
