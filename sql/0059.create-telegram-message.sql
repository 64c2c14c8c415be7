-- depends: 0058.let-delivery-be-dropped
CREATE TABLE telegram_message (
    delivery_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the alert that it brought',
    message_id BIGINT NOT NULL COMMENT 'Telegram''s number of the message within its chat',
    image_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the picture that it shows now',
    caption VARCHAR(1024) NOT NULL COMMENT 'what stands under the picture: it is sent again with a better one',
    edits TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'how often a better picture was put into it',
    until DATETIME(6) NOT NULL COMMENT 'UTC; afterwards it stays as it is',
    PRIMARY KEY (delivery_id),
    KEY telegram_message_until (until),
    CONSTRAINT telegram_message_delivery FOREIGN KEY (delivery_id) REFERENCES delivery (id) ON DELETE CASCADE,
    CONSTRAINT telegram_message_image FOREIGN KEY (image_id) REFERENCES image (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'an alert''s picture in a Telegram chat, which may still get better';
