-- depends: 0035.create-mode
INSERT INTO mode (id, name, position, builtin)
VALUES ('disarmed', 'Disarmed', 1, TRUE), ('home', 'Home', 2, TRUE), ('away', 'Away', 3, TRUE), ('night', 'Night', 4, TRUE);
