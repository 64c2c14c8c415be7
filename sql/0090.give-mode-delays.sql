-- depends: 0067.create-token
ALTER TABLE mode
    ADD COLUMN exit_s SMALLINT UNSIGNED NOT NULL DEFAULT 0
        COMMENT 'seconds until what it arms is armed, after somebody has chosen it; 0 = at once',
    ADD COLUMN entry_s SMALLINT UNSIGNED NOT NULL DEFAULT 0
        COMMENT 'seconds that it waits for somebody to disarm after a way in has triggered; 0 = none',
    ADD CONSTRAINT mode_disarmed_waits_for_nothing CHECK (id <> 'disarmed' OR (exit_s = 0 AND entry_s = 0));
