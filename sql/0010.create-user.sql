CREATE TABLE user (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    name VARCHAR(120) NOT NULL COMMENT 'what they sign in with; compared without case',
    password_hash VARCHAR(255) CHARACTER SET ascii NOT NULL COMMENT 'argon2id, in PHC form',
    role ENUM('owner', 'viewer') NOT NULL COMMENT 'owner may change everything; viewer may look',
    session_epoch INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'raised to end all of their sessions',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    last_login_at DATETIME(6) NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY user_name (name),
    CONSTRAINT user_name_not_empty CHECK (CHAR_LENGTH(name) > 0),
    CONSTRAINT user_password_is_argon2 CHECK (password_hash LIKE '$argon2id$%')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'someone who may sign in to the gallery';
