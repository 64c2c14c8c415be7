-- depends: 0031.find-corrections-by-label
CREATE TABLE device (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'as in its topics, [a-z0-9_-]; never changes',
    called VARCHAR(120) NOT NULL COMMENT 'what it calls itself in its newest heartbeat',
    name VARCHAR(120) NULL COMMENT 'what people call it; NULL = as it calls itself',
    kind VARCHAR(64) CHARACTER SET ascii NOT NULL
        COMMENT 'what it is, by its own word: contact, motion, sensor, meter, button, relay, siren …',
    location VARCHAR(120) NULL COMMENT 'where it is, by its own word; NULL when it does not say',
    is_input BOOLEAN NOT NULL COMMENT '1 when it can report something',
    is_output BOOLEAN NOT NULL COMMENT '1 when it can be switched',
    enabled BOOLEAN NOT NULL DEFAULT TRUE COMMENT '0: what it reports is written down, and flows act on none of it',
    group_name VARCHAR(120) NULL COMMENT 'what people put together, such as Ground floor; NULL = none',
    stale_after_s INT UNSIGNED NULL COMMENT 'seconds without a word until it counts as stale; NULL = 300',
    confirmed_at DATETIME(6) NULL COMMENT 'UTC, when a person first saved it; NULL = new',
    first_seen_at DATETIME(6) NOT NULL COMMENT 'UTC, receipt of its first heartbeat',
    last_seen_at DATETIME(6) NOT NULL COMMENT 'UTC, receipt of its newest heartbeat or accepted trigger',
    stale_since DATETIME(6) NULL COMMENT 'UTC, when it was raised that it is stale; NULL while it speaks',
    active BOOLEAN NULL COMMENT '1 active, 0 quiet, by its newest trigger; NULL = it has sent none',
    active_since DATETIME(6) NULL COMMENT 'UTC, since when `active` is what it is',
    detail VARCHAR(200) NULL COMMENT 'what its newest trigger says besides; NULL = nothing',
    triggered_at DATETIME(6) NULL COMMENT 'UTC, when its newest accepted trigger happened, active or not',
    PRIMARY KEY (id),
    CONSTRAINT device_id_form CHECK (id REGEXP '^[a-z0-9_-]{1,64}$'),
    CONSTRAINT device_kind_form CHECK (kind REGEXP '^[a-z0-9_-]{1,64}$'),
    CONSTRAINT device_called_not_empty CHECK (CHAR_LENGTH(called) > 0),
    CONSTRAINT device_name_not_empty CHECK (name IS NULL OR CHAR_LENGTH(name) > 0),
    CONSTRAINT device_group_not_empty CHECK (group_name IS NULL OR CHAR_LENGTH(group_name) > 0),
    CONSTRAINT device_does_something CHECK (is_input OR is_output),
    CONSTRAINT device_stale_after_positive CHECK (stale_after_s IS NULL OR stale_after_s > 0),
    CONSTRAINT device_active_with_since CHECK ((active IS NULL) = (active_since IS NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a sensor, button, meter, relay or siren; registers itself by a heartbeat';
