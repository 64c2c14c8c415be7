-- depends: 0014.create-config-version
INSERT INTO config_version (noun, version) VALUES ('cameras', 1);
