-- depends: 0093.let-camera-be-a-way-in
ALTER TABLE device
    ADD COLUMN entry BOOLEAN NOT NULL DEFAULT FALSE
        COMMENT 'input, 1: it is a way in, so that rules of chosen modes wait for the entry delay' AFTER schedule_id;
