-- depends: 0120.count-failed-tries-in-reach
ALTER TABLE access
    ADD COLUMN every_s INT UNSIGNED NULL
        COMMENT 'flows have a picture pulled so often; NULL = only when somebody or a rule asks' AFTER snapshot_url,
    ADD CONSTRAINT access_every_second_at_most CHECK (every_s IS NULL OR every_s BETWEEN 1 AND 86400);
