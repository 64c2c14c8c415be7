-- depends: 0125.look-for-cameras-in-the-house 0141.create-removal
ALTER TABLE removal
    MODIFY recording_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'of a segment, a clip or another file (upload)',
    MODIFY kind ENUM('segment', 'clip', 'upload') NOT NULL,
    COMMENT = 'what is to be deleted: nobody is shown it, and after a minute keeper lets its files go';
