-- depends: 0032.create-device
ALTER TABLE event
    ADD COLUMN device_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'the device that it is about' AFTER node_id,
    ADD KEY event_device_happened (device_id, happened_at, id),
    ADD CONSTRAINT event_device FOREIGN KEY (device_id) REFERENCES device (id);
