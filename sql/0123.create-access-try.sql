-- depends: 0122.create-pull
CREATE TABLE access_try (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'who tries; nobody else sees it',
    url VARCHAR(1000) NOT NULL COMMENT 'a secret: where a picture is looked for',
    account VARCHAR(120) NULL COMMENT 'a secret',
    password VARCHAR(255) NULL COMMENT 'a secret',
    asked_at DATETIME(6) NOT NULL COMMENT 'UTC; the row goes a few minutes later',
    claimed_at DATETIME(6) NULL COMMENT 'UTC; NULL = nobody tries it yet',
    state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'as state of reach; NULL = not known yet',
    detail VARCHAR(300) NOT NULL DEFAULT '' COMMENT 'what happened, in words',
    picture MEDIUMBLOB NULL COMMENT 'the JPEG that came',
    PRIMARY KEY (id),
    KEY access_try_claimed (claimed_at, asked_at),
    CONSTRAINT access_try_user FOREIGN KEY (user_id) REFERENCES user (id) ON DELETE CASCADE,
    CONSTRAINT access_try_by_http CHECK (url REGEXP '^https?://')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'an address that somebody tries before saving it';
