-- depends: 0043.create-hold
CREATE TABLE link_half (
    link_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    place SMALLINT UNSIGNED NOT NULL COMMENT 'which of the link''s inputs, from 0',
    triggered_at DATETIME(6) NOT NULL COMMENT 'UTC, when that input last triggered in a way that counts',
    PRIMARY KEY (link_id, place),
    CONSTRAINT link_half_link FOREIGN KEY (link_id) REFERENCES link (id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'of a link that wants all its inputs: which have triggered; emptied when it acts';
