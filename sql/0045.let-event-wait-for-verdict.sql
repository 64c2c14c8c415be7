-- depends: 0044.create-link-half
ALTER TABLE event
    ADD COLUMN undecided_since DATETIME(6) NULL
        COMMENT 'UTC, since when rules have to say what it leads to; NULL = they have, or it triggers nothing' AFTER stored_at,
    ADD KEY event_undecided (undecided_since, id);
