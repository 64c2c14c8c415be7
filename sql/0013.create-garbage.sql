CREATE TABLE garbage (
    path VARCHAR(400) COLLATE utf8mb4_bin NOT NULL COMMENT 'below the media folder',
    because VARCHAR(120) NOT NULL COMMENT 'the rule or person that let it go',
    at DATETIME(6) NOT NULL COMMENT 'UTC, when its own row was taken away',
    PRIMARY KEY (path),
    CONSTRAINT garbage_path_inside CHECK (path NOT LIKE '/%' AND path NOT LIKE '%..%')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a file that has lost its row and is to be unlinked; the row goes after the file';
