-- depends: 0141.create-removal
ALTER TABLE clip
    ADD KEY clip_ready (ready_at);
