-- depends: 0001.create-node
CREATE TABLE camera (
    id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
        COMMENT 'slug of the first name it gave, [a-z0-9_-]; never changes',
    source VARCHAR(255) COLLATE utf8mb4_bin NOT NULL
        COMMENT 'the name as it is sent: "node view", the text before the first |',
    name VARCHAR(120) NOT NULL COMMENT 'what people call it; free to change',
    node_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
        COMMENT 'the node whose name begins its source; NULL when none is known',
    plan ENUM('detect', 'keep') NOT NULL DEFAULT 'detect'
        COMMENT 'what is done with its pictures: look for things in them, or only keep them',
    labels JSON NULL COMMENT 'array of labels to look for; NULL = every label the model knows',
    min_score FLOAT NOT NULL DEFAULT 0.4 COMMENT 'share 0-1; a detection below it is kept as dropped',
    alert_labels JSON NOT NULL DEFAULT '["person"]' COMMENT 'array of labels that raise an alert',
    silent_after_s INT UNSIGNED NULL
        COMMENT 'seconds without a message until it counts as silent; NULL = as its node, else the hub''s patience',
    last_seen_at DATETIME(6) NULL COMMENT 'UTC, receipt of its newest message of any kind',
    silent_since DATETIME(6) NULL COMMENT 'UTC, when its silence was raised; NULL while it speaks',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY camera_source (source),
    KEY camera_node (node_id),
    CONSTRAINT camera_node FOREIGN KEY (node_id) REFERENCES node (id),
    CONSTRAINT camera_id_form CHECK (id REGEXP '^[a-z0-9_-]{1,64}$'),
    CONSTRAINT camera_source_not_empty CHECK (CHAR_LENGTH(source) > 0),
    CONSTRAINT camera_name_not_empty CHECK (CHAR_LENGTH(name) > 0),
    CONSTRAINT camera_min_score_share CHECK (min_score BETWEEN 0 AND 1),
    CONSTRAINT camera_labels_array CHECK (labels IS NULL OR JSON_TYPE(labels) = 'ARRAY'),
    CONSTRAINT camera_alert_labels_array CHECK (JSON_TYPE(alert_labels) = 'ARRAY')
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'one view that pictures come from; registers itself by sending one';
