-- depends: 0140.create-share
CREATE TABLE removal (
    thing_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of a segment, a clip or another file (upload)',
    kind ENUM('segment', 'clip', 'upload') NOT NULL,
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'who asked for it; no foreign key: what was asked for is done also when its person is gone',
    asked_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (thing_id),
    KEY removal_asked (asked_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what is to be deleted: nobody is shown it, and after a minute keeper lets its files go';
