-- depends: 0051.create-person
CREATE TABLE channel (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    person_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    place SMALLINT UNSIGNED NOT NULL COMMENT 'its place in the order in which they are tried, from 0',
    kind ENUM('email', 'telegram', 'ntfy', 'pushover', 'webhook', 'sms_email', 'sms_sns', 'apprise') NOT NULL,
    address VARCHAR(1000) NOT NULL COMMENT 'a secret: address, chat id, URL with its token; never in a message, log or page',
    shown VARCHAR(120) NOT NULL COMMENT 'what pages say in its place: a…@example.org',
    enabled BOOLEAN NOT NULL DEFAULT TRUE COMMENT '0: it is passed over',
    tried_at DATETIME(6) NULL COMMENT 'UTC, when it was last tried by a test; NULL = never',
    tried_error VARCHAR(500) NULL COMMENT 'what that test said; NULL = it was accepted, or none was made',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    KEY channel_person (person_id, place),
    CONSTRAINT channel_person FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE,
    CONSTRAINT channel_address_not_empty CHECK (CHAR_LENGTH(address) > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'one way to a person; the next one is tried when it fails';
