-- depends: 0114.create-ftp-user
CREATE TABLE upload (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'whose it is, where that is known',
    sender VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the FTP user',
    name VARCHAR(255) NOT NULL COMMENT 'what its sender called it, folders and all',
    path VARCHAR(400) COLLATE utf8mb4_bin NOT NULL COMMENT 'below the media folder: uploads/<day>/…',
    bytes BIGINT UNSIGNED NOT NULL,
    sha256 CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'lower-case hex',
    received_at DATETIME(6) NOT NULL COMMENT 'UTC, its last byte came',
    stored_at DATETIME(6) NOT NULL COMMENT 'UTC, this row was written',
    PRIMARY KEY (id),
    UNIQUE KEY upload_path (path),
    KEY upload_received (received_at),
    KEY upload_camera_received (camera_id, received_at),
    KEY upload_sender_received (sender, received_at),
    CONSTRAINT upload_of_camera FOREIGN KEY (camera_id) REFERENCES camera (id),
    CONSTRAINT upload_path_inside CHECK (path LIKE 'uploads/%' AND path NOT LIKE '%..%')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what a camera sent that is neither picture nor film; a file on disk with this size';
