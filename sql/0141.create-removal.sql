-- depends: 0140.create-share
CREATE TABLE removal (
    recording_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'of a segment or a clip',
    kind ENUM('segment', 'clip') NOT NULL,
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'who asked for it; no foreign key: what was asked for is done also when its person is gone',
    asked_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (recording_id),
    KEY removal_asked (asked_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'recordings that are to be deleted: nobody is shown them, and after a minute keeper lets their files go';
