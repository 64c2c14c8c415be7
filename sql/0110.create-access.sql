-- depends: 0106.find-readings-by-age
CREATE TABLE access (
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    maker VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'what its addresses were made by: foscam, onvif, hikvision, dahua, reolink, axis, shelly; own = typed in',
    shown VARCHAR(255) NOT NULL COMMENT 'what pages say in place of the addresses: host, and port where it is not the usual one',
    snapshot_url VARCHAR(1000) NULL COMMENT 'a secret: where a picture is pulled from (http, https); NULL = nowhere',
    stream_url VARCHAR(1000) NULL COMMENT 'a secret: its stream (rtsp, http, https); NULL = it has none',
    substream_url VARCHAR(1000) NULL COMMENT 'a secret: a smaller stream of the same view, to look for motion in; NULL = the stream itself',
    account VARCHAR(120) NULL COMMENT 'a secret: whom the camera lets in; NULL = anybody',
    password VARCHAR(255) NULL COMMENT 'a secret; NULL = none',
    transport ENUM('tcp', 'udp') NOT NULL DEFAULT 'tcp' COMMENT 'how RTSP carries the stream',
    records BOOLEAN NOT NULL DEFAULT FALSE COMMENT '1: its stream is recorded all the time',
    watches BOOLEAN NOT NULL DEFAULT TRUE COMMENT '1: its stream is looked at for motion, which makes pictures and clips',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    changed_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (camera_id),
    CONSTRAINT access_camera FOREIGN KEY (camera_id) REFERENCES camera (id) ON DELETE CASCADE,
    CONSTRAINT access_somewhere CHECK (snapshot_url IS NOT NULL OR stream_url IS NOT NULL),
    CONSTRAINT access_snapshot_by_http CHECK (snapshot_url IS NULL OR snapshot_url REGEXP '^https?://'),
    CONSTRAINT access_stream_by_rtsp_or_http CHECK (stream_url IS NULL OR stream_url REGEXP '^(rtsps?|https?)://'),
    CONSTRAINT access_substream_by_rtsp_or_http CHECK (substream_url IS NULL OR substream_url REGEXP '^(rtsps?|https?)://')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'how we reach a camera that does not send by itself';
