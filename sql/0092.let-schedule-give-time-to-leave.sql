-- depends: 0091.let-mode-change-arm-later
ALTER TABLE schedule
    ADD COLUMN exit_delay BOOLEAN NOT NULL DEFAULT FALSE COMMENT '1: what it sets begins with the exit delay of the mode';
