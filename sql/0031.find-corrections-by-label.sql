-- depends: 0030.find-sightings-by-camera-and-label
ALTER TABLE correction
    DROP KEY correction_model,
    ADD KEY correction_label (label_before, corrected_at);
