-- depends: 0047.create-ruling
CREATE TABLE command (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7; also the id of its output/…/set',
    device_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the output',
    link_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the link that wanted it; NULL = a person or flow',
    source ENUM('event', 'sighting') NULL COMMENT 'see trigger_id',
    trigger_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the trigger that led to it; NULL = none',
    ordered_by VARCHAR(160) NOT NULL COMMENT 'who or what wanted it: Anna, rule Siren at night, its time is over',
    is_on BOOLEAN NULL COMMENT '1 = on, 0 = off; NULL = say `text`',
    seconds DOUBLE NULL COMMENT 'how long on; NULL = until it is switched off',
    text VARCHAR(300) NULL COMMENT 'what a speaker says; NULL = nothing',
    made_at DATETIME(6) NOT NULL COMMENT 'UTC, when this row was written',
    expires_at DATETIME(6) NOT NULL COMMENT 'UTC; it is not sent later than this',
    state ENUM('due', 'sent', 'expired') NOT NULL DEFAULT 'due'
        COMMENT 'sent: the broker has it; expired: it could not be sent in time',
    sent_at DATETIME(6) NULL COMMENT 'UTC, when the broker took it',
    off_at DATETIME(6) NULL COMMENT 'UTC, when the output is to be switched off again; NULL = never, or done',
    PRIMARY KEY (id),
    KEY command_state_made (state, made_at, id),
    KEY command_device_made (device_id, made_at, id),
    KEY command_off (off_at, id),
    KEY command_trigger (source, trigger_id),
    CONSTRAINT command_device FOREIGN KEY (device_id) REFERENCES device (id) ON DELETE CASCADE,
    CONSTRAINT command_link FOREIGN KEY (link_id) REFERENCES link (id) ON DELETE SET NULL,
    CONSTRAINT command_says_something CHECK (is_on IS NOT NULL OR text IS NOT NULL),
    CONSTRAINT command_sent_has_time CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CONSTRAINT command_trigger_whole CHECK ((source IS NULL) = (trigger_id IS NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'an order to an output; the row goes before its message, and is the record of who switched what';
