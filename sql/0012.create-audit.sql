-- depends: 0010.create-user
CREATE TABLE audit (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
    at DATETIME(6) NOT NULL COMMENT 'UTC',
    user_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'NULL: a command on the machine itself',
    action VARCHAR(64) CHARACTER SET ascii NOT NULL COMMENT 'camera.update, user.create …',
    noun_id VARCHAR(64) NOT NULL COMMENT 'id of what was changed',
    before_json JSON NULL COMMENT 'the changed fields before; NULL when it was made',
    after_json JSON NULL COMMENT 'the changed fields after; NULL when it was deleted',
    PRIMARY KEY (id),
    KEY audit_at (at, id),
    KEY audit_noun (action, noun_id, at),
    CONSTRAINT audit_user FOREIGN KEY (user_id) REFERENCES user (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'each change that a person made, written in the same transaction; only ever added to';
