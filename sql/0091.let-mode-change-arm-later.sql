-- depends: 0090.give-mode-delays
ALTER TABLE mode_change
    ADD COLUMN arming_until DATETIME(6) NULL COMMENT 'UTC, until when its exit delay lasts; NULL = it had none';
