-- depends: 0112.create-segment
CREATE TABLE clip (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    camera_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    because ENUM('motion', 'sighting', 'rule', 'asked', 'sent', 'motion_program') NOT NULL
        COMMENT 'what it was made for; sent = the camera made it; motion_program = the program Motion did',
    detail VARCHAR(300) NOT NULL DEFAULT '' COMMENT 'more of that, in words',
    sighting_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the sighting that it shows',
    from_at DATETIME(6) NOT NULL COMMENT 'UTC, what is wanted begins, pre-roll and all',
    to_at DATETIME(6) NOT NULL COMMENT 'UTC, and ends, post-roll and all; moves while it is open',
    state ENUM('open', 'waiting', 'cutting', 'ready', 'failed') NOT NULL
        COMMENT 'open (goes on) > waiting (for its segments) > cutting (claimed) > ready or failed',
    claimed_by VARCHAR(64) CHARACTER SET ascii NULL COMMENT 'who cuts it now',
    claim_expires_at DATETIME(6) NULL COMMENT 'UTC; afterwards it may be claimed again',
    attempts TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'claims so far',
    error VARCHAR(500) NULL COMMENT 'why it failed, in words; NULL unless failed',
    path VARCHAR(400) COLLATE utf8mb4_bin NULL COMMENT 'below the media folder: recordings/<day>/…; NULL until ready',
    began_at DATETIME(6) NULL COMMENT 'UTC, of its first frame; NULL until ready',
    ended_at DATETIME(6) NULL COMMENT 'UTC, of the end of its last frame; NULL until ready',
    bytes BIGINT UNSIGNED NULL COMMENT 'size of the file; NULL until ready',
    kept BOOLEAN NOT NULL DEFAULT FALSE COMMENT '1: somebody wants it for ever',
    preview ENUM('waiting', 'made', 'failed') NOT NULL DEFAULT 'waiting'
        COMMENT 'its small picture and its 640x360 copy, beside it; failed = it has none',
    ready_at DATETIME(6) NULL COMMENT 'UTC, when it could be played; NULL until ready',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY clip_path (path),
    KEY clip_camera_from (camera_id, from_at),
    KEY clip_from (from_at),
    KEY clip_state (state, to_at),
    KEY clip_preview (preview, from_at),
    CONSTRAINT clip_camera FOREIGN KEY (camera_id) REFERENCES camera (id),
    CONSTRAINT clip_path_inside CHECK (path LIKE 'recordings/%' AND path NOT LIKE '%..%'),
    CONSTRAINT clip_ends_after_it_begins CHECK (to_at >= from_at),
    CONSTRAINT clip_claim_while_cutting CHECK ((state = 'cutting') = (claim_expires_at IS NOT NULL)),
    CONSTRAINT clip_ready_has_file CHECK ((state = 'ready') = (path IS NOT NULL AND ready_at IS NOT NULL)),
    CONSTRAINT clip_failed_has_reason CHECK ((state = 'failed') = (error IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'a short film of what happened, cut from segments or sent by its camera';
