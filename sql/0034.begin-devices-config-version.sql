-- depends: 0033.let-event-belong-to-device
INSERT INTO config_version (noun, version) VALUES ('devices', 1);
