-- depends: 0038.create-schedule
ALTER TABLE camera
    ADD COLUMN alert_modes JSON NULL
        COMMENT 'array of ids of the modes in which it alerts; NULL = in every mode' AFTER departure_labels,
    ADD COLUMN schedule_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'it alerts only while this schedule is active; NULL = at any time' AFTER alert_modes,
    ADD CONSTRAINT camera_schedule FOREIGN KEY (schedule_id) REFERENCES schedule (id),
    ADD CONSTRAINT camera_alert_modes_array CHECK (alert_modes IS NULL OR JSON_TYPE(alert_modes) = 'ARRAY');
