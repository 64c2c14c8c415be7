-- depends: 0045.let-event-wait-for-verdict
ALTER TABLE sighting
    ADD COLUMN undecided_since DATETIME(6) NULL
        COMMENT 'UTC, since when rules have to say what its arrival leads to; NULL = they have, or it has not arrived'
        AFTER expires_at,
    ADD KEY sighting_undecided (undecided_since, id);
