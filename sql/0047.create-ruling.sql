-- depends: 0046.let-sighting-wait-for-verdict
CREATE TABLE ruling (
    source ENUM('event', 'sighting') NOT NULL COMMENT 'what triggered: an event, or a sighting by its arrival',
    trigger_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'id of the event or sighting',
    device_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the input, where it is a device',
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the input, where it is a camera',
    said VARCHAR(300) NOT NULL COMMENT 'the trigger in words: Garage PIR: motion',
    outcome ENUM('acted', 'held', 'not_acted') NOT NULL
        COMMENT 'acted: at least one rule did something; held: one wanted to and was held back; not_acted: none wanted to',
    reasons JSON NOT NULL COMMENT 'array of sentences, never empty',
    links JSON NOT NULL COMMENT 'array of {link_id, name, outcome, reasons}: what each concerned rule did, and why',
    triggered_at DATETIME(6) NOT NULL COMMENT 'UTC, when it happened',
    decided_at DATETIME(6) NOT NULL COMMENT 'UTC, when this row was written',
    PRIMARY KEY (source, trigger_id),
    KEY ruling_decided (decided_at, trigger_id),
    KEY ruling_outcome_decided (outcome, decided_at, trigger_id),
    KEY ruling_device_decided (device_id, decided_at, trigger_id),
    KEY ruling_camera_decided (camera_id, decided_at, trigger_id),
    CONSTRAINT ruling_device FOREIGN KEY (device_id) REFERENCES device (id) ON DELETE CASCADE,
    CONSTRAINT ruling_camera FOREIGN KEY (camera_id) REFERENCES camera (id),
    CONSTRAINT ruling_has_reasons CHECK (JSON_LENGTH(reasons) > 0)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what a trigger led to by the rules, and why: one for each trigger';
