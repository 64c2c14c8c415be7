-- depends: 0066.create-lease
CREATE TABLE token (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'whose rights it gives',
    name VARCHAR(120) NOT NULL COMMENT 'what it is for, in its owner''s words',
    token_sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'of the token, lower-case hex; the token itself is kept nowhere',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    used_at DATETIME(6) NULL COMMENT 'UTC, when it was last shown at the API, to the minute; NULL = never',
    PRIMARY KEY (id),
    UNIQUE KEY token_sha256 (token_sha256),
    KEY token_user (user_id, created_at, id),
    CONSTRAINT token_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
    CONSTRAINT token_name_not_empty CHECK (CHAR_LENGTH(name) > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what a program shows at the API, in place of a person''s session';
