-- depends: 0092.let-schedule-give-time-to-leave
ALTER TABLE camera
    ADD COLUMN entry BOOLEAN NOT NULL DEFAULT FALSE
        COMMENT '1: it sees a way in, so that its alerts wait for the entry delay of the mode' AFTER schedule_id;
