-- depends: 0041.create-link
ALTER TABLE device
    ADD COLUMN schedule_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'rules act on it, and switch it, only while this schedule is active; NULL = at any time' AFTER stale_after_s,
    ADD COLUMN latch_s INT UNSIGNED NULL
        COMMENT 'input: so many seconds after an accepted trigger the same one is held; NULL = 60, 0 = never' AFTER schedule_id,
    ADD COLUMN rate_count INT UNSIGNED NULL
        COMMENT 'input: so many triggers within rate_s make one that counts; NULL = each one counts' AFTER latch_s,
    ADD COLUMN rate_s INT UNSIGNED NULL COMMENT 'see rate_count' AFTER rate_count,
    ADD COLUMN escalate_after_s INT UNSIGNED NULL
        COMMENT 'input: active for so many seconds it escalates, once until it is quiet; NULL = never' AFTER rate_s,
    ADD COLUMN interval_s INT UNSIGNED NULL
        COMMENT 'output: rules switch it at most once in so many seconds; NULL = as often as they want' AFTER escalate_after_s,
    ADD COLUMN longest_on_s INT UNSIGNED NULL
        COMMENT 'output: it is switched off after so many seconds at the latest; NULL = no limit' AFTER interval_s,
    ADD COLUMN is_on BOOLEAN NULL COMMENT 'output: 1 on, 0 off, as it last reported; NULL = it has reported nothing' AFTER triggered_at,
    ADD COLUMN is_on_since DATETIME(6) NULL COMMENT 'UTC, since when `is_on` is what it is' AFTER is_on,
    ADD CONSTRAINT device_schedule FOREIGN KEY (schedule_id) REFERENCES schedule (id),
    ADD CONSTRAINT device_rate_whole CHECK ((rate_count IS NULL) = (rate_s IS NULL)),
    ADD CONSTRAINT device_rate_means_something CHECK (rate_count IS NULL OR (rate_count > 1 AND rate_s > 0)),
    ADD CONSTRAINT device_escalate_positive CHECK (escalate_after_s IS NULL OR escalate_after_s > 0),
    ADD CONSTRAINT device_interval_positive CHECK (interval_s IS NULL OR interval_s > 0),
    ADD CONSTRAINT device_longest_on_positive CHECK (longest_on_s IS NULL OR longest_on_s > 0),
    ADD CONSTRAINT device_on_with_since CHECK ((is_on IS NULL) = (is_on_since IS NULL));
