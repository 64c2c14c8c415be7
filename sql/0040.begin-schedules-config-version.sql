-- depends: 0039.let-camera-alert-only-when-armed
INSERT INTO config_version (noun, version) VALUES ('schedules', 1);
