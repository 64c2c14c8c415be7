-- depends: 0055.let-delivery-belong-to-telling
ALTER TABLE event
    ADD COLUMN people JSON NULL
        COMMENT 'array of ids of the persons whom a rule wants told of it; NULL = whoever wants to know' AFTER text,
    ADD COLUMN unjudged_since DATETIME(6) NULL
        COMMENT 'UTC, since when it has to be settled whom to tell of it; NULL = it is, or nobody is told of its kind',
    ADD KEY event_unjudged (unjudged_since, id),
    ADD CONSTRAINT event_people_array CHECK (people IS NULL OR JSON_TYPE(people) = 'ARRAY');
