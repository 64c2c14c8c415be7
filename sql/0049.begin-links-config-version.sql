-- depends: 0048.create-command
INSERT INTO config_version (noun, version) VALUES ('links', 1);
