-- depends: 0059.create-telegram-message
CREATE TABLE telegram_update (
    bot_id BIGINT NOT NULL COMMENT 'the bot that was written to: the first part of its token, which is no secret',
    update_id BIGINT NOT NULL COMMENT 'Telegram''s number of what a person wrote',
    person_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'who wrote it; NULL when they have been removed since',
    answer TEXT NOT NULL COMMENT 'what they are answered',
    images JSON NOT NULL COMMENT 'array of ids of the pictures that go with the answer',
    done_at DATETIME(6) NOT NULL COMMENT 'UTC, when it was carried out',
    answered_at DATETIME(6) NULL COMMENT 'UTC, when Telegram took the answer; NULL = it has yet to be sent',
    PRIMARY KEY (bot_id, update_id),
    KEY telegram_update_done (done_at),
    CONSTRAINT telegram_update_person FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE SET NULL,
    CONSTRAINT telegram_update_images_array CHECK (JSON_TYPE(images) = 'ARRAY')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what a person wrote to the bot, carried out in the same transaction: so it happens once';
