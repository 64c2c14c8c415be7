-- depends: 0061.create-forgetting
ALTER TABLE mode_change
    ADD COLUMN schedule_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'the schedule that set it, no foreign key, as with mode_id; NULL = a person, the timer or something else';
