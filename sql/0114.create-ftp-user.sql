-- depends: 0113.create-clip
CREATE TABLE ftp_user (
    name VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'what the camera signs in as',
    password_hash VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'argon2id, PHC form',
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'whose pictures these are; NULL = shared: the first folder of a path names the camera',
    enabled BOOLEAN NOT NULL DEFAULT TRUE,
    last_seen_at DATETIME(6) NULL COMMENT 'UTC, signed in last; NULL = never yet',
    last_sent_at DATETIME(6) NULL COMMENT 'UTC, sent something that was taken last; NULL = nothing yet',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (name),
    UNIQUE KEY ftp_user_camera (camera_id),
    CONSTRAINT ftp_user_of_camera FOREIGN KEY (camera_id) REFERENCES camera (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'who may send by FTP: one for each camera, and shared ones';
