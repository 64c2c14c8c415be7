-- depends: 0111.create-reach
CREATE TABLE segment (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    path VARCHAR(400) COLLATE utf8mb4_bin NOT NULL COMMENT 'below the media folder: recordings/<day>/…',
    began_at DATETIME(6) NOT NULL COMMENT 'UTC, of its first frame',
    ended_at DATETIME(6) NOT NULL COMMENT 'UTC, of the end of its last frame',
    bytes BIGINT UNSIGNED NOT NULL COMMENT 'size of the file',
    width INT UNSIGNED NULL COMMENT 'pixels; NULL when it cannot be told',
    height INT UNSIGNED NULL COMMENT 'pixels, see width',
    video VARCHAR(16) CHARACTER SET ascii NOT NULL COMMENT 'codec, as ffmpeg calls it: h264, hevc, mjpeg',
    audio VARCHAR(16) CHARACTER SET ascii NULL COMMENT 'codec of its sound; NULL = silent',
    whole BOOLEAN NOT NULL COMMENT '0: its writer was killed; it plays as far as it goes',
    kept BOOLEAN NOT NULL DEFAULT FALSE COMMENT '1: somebody wants it for ever',
    preview ENUM('waiting', 'made', 'failed') NOT NULL DEFAULT 'waiting'
        COMMENT 'its small picture and its 640x360 copy, beside it; failed = it has none',
    stored_at DATETIME(6) NOT NULL COMMENT 'UTC, when this row was written',
    PRIMARY KEY (id),
    UNIQUE KEY segment_path (path),
    KEY segment_camera_began (camera_id, began_at),
    KEY segment_began (began_at),
    KEY segment_preview (preview, began_at),
    CONSTRAINT segment_camera FOREIGN KEY (camera_id) REFERENCES camera (id),
    CONSTRAINT segment_path_inside CHECK (path LIKE 'recordings/%' AND path NOT LIKE '%..%'),
    CONSTRAINT segment_ends_after_it_began CHECK (ended_at >= began_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a stretch of a camera''s stream, as long as the clock says; its file is on disk with this size';
