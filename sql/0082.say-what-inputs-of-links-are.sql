-- depends: 0081.let-inputs-name-plates-and-details
ALTER TABLE link MODIFY inputs JSON NOT NULL
    COMMENT 'array of {kind, id, moment, labels, zones, standings, plates, details}: what triggers it; docs/rules.md says the form';
