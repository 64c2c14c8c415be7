-- depends: 0057.begin-people-config-version
ALTER TABLE delivery
    MODIFY COLUMN state ENUM('pending', 'sending', 'sent', 'failed', 'dropped') NOT NULL DEFAULT 'pending'
        COMMENT 'dropped: another channel of the same person accepted, so that it is not needed any more';
