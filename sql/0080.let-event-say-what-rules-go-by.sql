-- depends: 0067.create-token
ALTER TABLE event
    ADD COLUMN of_group ENUM('first', 'last') NULL
        COMMENT 'of a device in a group: the first of it that is active, the last that is quiet; NULL = neither' AFTER people,
    ADD COLUMN sighting_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'of a plate: the vehicle that it is on, which may be gone by now' AFTER of_group,
    ADD COLUMN plate_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'the plate that its readings came to mean, which may be gone by now' AFTER sighting_id,
    ADD COLUMN standing ENUM('unknown', 'known', 'allow', 'deny') NULL
        COMMENT 'what the plate was to its owner then' AFTER plate_id,
    ADD KEY event_sighting (sighting_id);
