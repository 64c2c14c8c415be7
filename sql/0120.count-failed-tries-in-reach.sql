-- depends: 0113.create-clip
ALTER TABLE reach
    ADD COLUMN failures INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'tries in a row that were not ok' AFTER well_at,
    ADD COLUMN raised_at DATETIME(6) NULL
        COMMENT 'UTC, when people were told that it cannot be reached; NULL = it can, or is not given up yet' AFTER failures;
