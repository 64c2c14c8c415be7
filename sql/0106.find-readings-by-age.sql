-- depends: 0105.create-expiry
ALTER TABLE reading
    ADD KEY reading_at (at);
