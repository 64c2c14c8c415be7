CREATE TABLE config_version (
    noun VARCHAR(32) CHARACTER SET ascii NOT NULL COMMENT 'cameras, …: what a retained config topic carries',
    version INT UNSIGNED NOT NULL COMMENT 'raised in the transaction of each change',
    PRIMARY KEY (noun)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'tells scribe that a retained config is older than the database';
