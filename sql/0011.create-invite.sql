CREATE TABLE invite (
    token_sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'of the token in the link, lower-case hex; the token itself is kept nowhere',
    role ENUM('owner', 'viewer') NOT NULL COMMENT 'of the account that it makes',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    expires_at DATETIME(6) NOT NULL COMMENT 'UTC',
    used_at DATETIME(6) NULL COMMENT 'UTC; once, then never again',
    PRIMARY KEY (token_sha256),
    CONSTRAINT invite_forward CHECK (expires_at > created_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a one-time link that makes an account';
