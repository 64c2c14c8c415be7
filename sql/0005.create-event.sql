-- depends: 0002.create-camera
CREATE TABLE event (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7, made at receipt',
    kind VARCHAR(64) CHARACTER SET ascii NOT NULL
        COMMENT 'motion, light, restart, temperature, humidity, camera_silent, camera_back, service_silent …',
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL,
    region VARCHAR(120) NULL COMMENT 'region of interest, where the sender names one',
    detail VARCHAR(500) NOT NULL COMMENT 'in words: moving, still, lighted, dark, 21.0 C …',
    value DOUBLE NULL COMMENT 'the number of a reading, in `unit`',
    unit VARCHAR(16) NULL COMMENT 'C, F, %',
    sensor VARCHAR(120) NULL COMMENT 'which sensor of the node, where it says so',
    text VARCHAR(1000) NULL COMMENT 'the message as it came, control characters escaped',
    happened_at DATETIME(6) NOT NULL COMMENT 'UTC, by the sender''s clock where it says so, else received_at',
    received_at DATETIME(6) NOT NULL COMMENT 'UTC, by our clock',
    stored_at DATETIME(6) NOT NULL COMMENT 'UTC, when this row was written',
    PRIMARY KEY (id),
    KEY event_happened (happened_at, id),
    KEY event_kind_happened (kind, happened_at, id),
    KEY event_camera_happened (camera_id, happened_at, id),
    CONSTRAINT event_camera FOREIGN KEY (camera_id) REFERENCES camera (id),
    CONSTRAINT event_node FOREIGN KEY (node_id) REFERENCES node (id),
    CONSTRAINT event_unit_with_value CHECK (unit IS NULL OR value IS NOT NULL)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'something that happened, other than a picture';
