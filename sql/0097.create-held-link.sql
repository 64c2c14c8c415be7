-- depends: 0096.create-held-alert
CREATE TABLE held_link (
    source ENUM('event', 'sighting') NOT NULL COMMENT 'as in its ruling',
    trigger_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'as in its ruling',
    link_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the link that wants to act',
    entry_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'what it waits for',
    verdict JSON NOT NULL COMMENT 'the trigger/verdict as it came, with this link alone',
    held_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (source, trigger_id, link_id),
    CONSTRAINT held_link_entry FOREIGN KEY (entry_id) REFERENCES entry (id),
    CONSTRAINT held_link_ruling FOREIGN KEY (source, trigger_id) REFERENCES ruling (source, trigger_id) ON DELETE CASCADE
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'links that wait for the end of an entry delay; its row goes when it has acted, or not';
