-- depends: 0113.create-clip
CREATE TABLE share (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7; the link holds it, signed',
    kind ENUM('clip', 'segment', 'image') NOT NULL COMMENT 'what is shown',
    thing_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'its id; no foreign key: a link to what is gone shows nothing',
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'who made the link',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    expires_at DATETIME(6) NOT NULL COMMENT 'UTC; from then on it shows nothing',
    opened INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'how often its page was looked at',
    opened_at DATETIME(6) NULL COMMENT 'UTC, the last time; NULL = never',
    PRIMARY KEY (id),
    KEY share_thing (thing_id, created_at),
    KEY share_expires (expires_at),
    CONSTRAINT share_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
    CONSTRAINT share_lasts CHECK (expires_at > created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'links that show one clip, segment or picture to whoever has them, for a time; a link that was ended has no row';
