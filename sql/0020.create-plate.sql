-- depends: 0019.create-zone
CREATE TABLE plate (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7; never changes',
    text VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'A-Z and 0-9 only, as it was read or typed',
    folded VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'text with signs that look alike made one: O as 0, I as 1, B as 8, S as 5, Z as 2',
    standing ENUM('unknown', 'known', 'allow', 'deny') NOT NULL DEFAULT 'unknown'
        COMMENT 'unknown: read, and nobody has named it; allow, deny: known, and flows may act on it',
    owner VARCHAR(120) NULL COMMENT 'whose it is, as people say it',
    colour VARCHAR(40) NULL,
    vehicle VARCHAR(40) NULL COMMENT 'its kind: car, van, lorry …',
    note VARCHAR(500) NULL,
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    last_seen_at DATETIME(6) NULL COMMENT 'UTC, capture of the newest picture that it was read in',
    PRIMARY KEY (id),
    UNIQUE KEY plate_text (text),
    KEY plate_folded (folded),
    KEY plate_seen (last_seen_at, id),
    CONSTRAINT plate_text_form CHECK (text REGEXP '^[A-Z0-9]{2,16}$'),
    CONSTRAINT plate_folded_form CHECK (folded REGEXP '^[A-Z0-9]{2,16}$')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'one licence plate, known to the owner or only read';
