-- depends: 0142.find-clips-by-when-they-were-ready
ALTER TABLE segment
    ADD KEY segment_stored (stored_at);
