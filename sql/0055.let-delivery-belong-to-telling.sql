-- depends: 0054.create-telling
ALTER TABLE delivery
    ADD COLUMN telling_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'whom it tells; NULL = an address of the settings' AFTER decision_id,
    ADD COLUMN channel_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'the channel it goes through; NULL = an address of the settings, or removed since' AFTER channel,
    ADD KEY delivery_telling (telling_id, created_at),
    ADD CONSTRAINT delivery_telling FOREIGN KEY (telling_id) REFERENCES telling (id) ON DELETE CASCADE,
    ADD CONSTRAINT delivery_channel FOREIGN KEY (channel_id) REFERENCES channel (id) ON DELETE SET NULL;
