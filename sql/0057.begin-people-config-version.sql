-- depends: 0056.let-event-be-told
INSERT INTO config_version (noun, version) VALUES ('people', 1);
