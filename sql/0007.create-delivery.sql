-- depends: 0006.create-decision
CREATE TABLE delivery (
    id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'UUIDv7; also the X-Hearthwatch-Delivery header',
    decision_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    channel VARCHAR(64) CHARACTER SET ascii NOT NULL COMMENT 'email, …',
    state ENUM('pending', 'sending', 'sent', 'failed') NOT NULL DEFAULT 'pending',
    next_try_at DATETIME(6) NOT NULL COMMENT 'UTC; not before then',
    claimed_by VARCHAR(64) CHARACTER SET ascii NULL COMMENT 'the notifier that sends it now',
    claim_expires_at DATETIME(6) NULL COMMENT 'UTC; afterwards another notifier may take it',
    tries SMALLINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'rows in attempt',
    sent_at DATETIME(6) NULL COMMENT 'UTC, when the channel accepted it',
    created_at DATETIME(6) NOT NULL COMMENT 'UTC',
    PRIMARY KEY (id),
    UNIQUE KEY delivery_once (decision_id, channel),
    KEY delivery_due (state, next_try_at),
    CONSTRAINT delivery_decision FOREIGN KEY (decision_id) REFERENCES decision (id) ON DELETE CASCADE,
    CONSTRAINT delivery_claim_while_sending CHECK ((state = 'sending') = (claim_expires_at IS NOT NULL)),
    CONSTRAINT delivery_sent_has_time CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_unicode_ci
  COMMENT = 'one decision on its way through one channel';
