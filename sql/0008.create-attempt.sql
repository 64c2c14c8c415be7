-- depends: 0007.create-delivery
CREATE TABLE attempt (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    delivery_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number SMALLINT UNSIGNED NOT NULL COMMENT '1 for the first',
    started_at DATETIME(6) NOT NULL COMMENT 'UTC',
    ended_at DATETIME(6) NOT NULL COMMENT 'UTC',
    outcome ENUM('accepted', 'passing', 'permanent') NOT NULL
        COMMENT 'passing: worth another try (refused connection, 4xx); permanent: not (wrong password, 5xx)',
    error VARCHAR(500) NULL COMMENT 'the channel''s answer, secrets removed; NULL when accepted',
    PRIMARY KEY (id),
    UNIQUE KEY attempt_once (delivery_id, number),
    CONSTRAINT attempt_delivery FOREIGN KEY (delivery_id) REFERENCES delivery (id) ON DELETE CASCADE,
    CONSTRAINT attempt_error_unless_accepted CHECK ((outcome = 'accepted') = (error IS NULL)),
    CONSTRAINT attempt_forward CHECK (ended_at >= started_at AND number > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'one try to hand a delivery to its channel';
