-- depends: 0053.let-decision-be-about-event
CREATE TABLE telling (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7',
    decision_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    person_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'NULL when the person has been removed since',
    name VARCHAR(120) NOT NULL COMMENT 'the person''s name then',
    outcome ENUM('telling', 'told', 'later', 'in_summary', 'not_told', 'no_channel', 'failed') NOT NULL
        COMMENT 'later: waits for its summary (quiet hours, or too many); in_summary: a summary holds it',
    reasons JSON NOT NULL COMMENT 'array of sentences, never empty',
    due_at DATETIME(6) NULL COMMENT 'UTC, later: when the summary is due; else NULL',
    summary_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL COMMENT 'the decision that is the summary which holds it',
    decided_at DATETIME(6) NOT NULL COMMENT 'UTC',
    told_at DATETIME(6) NULL COMMENT 'UTC, when a channel of theirs accepted it',
    PRIMARY KEY (id),
    UNIQUE KEY telling_once (decision_id, person_id),
    KEY telling_due (outcome, due_at),
    KEY telling_person_decided (person_id, decided_at, id),
    KEY telling_summary (summary_id),
    CONSTRAINT telling_decision FOREIGN KEY (decision_id) REFERENCES decision (id) ON DELETE CASCADE,
    CONSTRAINT telling_person FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE SET NULL,
    CONSTRAINT telling_in FOREIGN KEY (summary_id) REFERENCES decision (id) ON DELETE SET NULL,
    CONSTRAINT telling_has_reasons CHECK (JSON_LENGTH(reasons) > 0),
    CONSTRAINT telling_later_is_due CHECK ((outcome = 'later') = (due_at IS NOT NULL)),
    CONSTRAINT telling_told_has_time CHECK (outcome <> 'told' OR told_at IS NOT NULL)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'what a decision means for one person: told, later or not, and why';
