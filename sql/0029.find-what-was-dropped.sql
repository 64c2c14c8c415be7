-- depends: 0028.let-image-say-why-another-model-looked
ALTER TABLE detection
    ADD KEY detection_dropped (dropped_because, camera_id, captured_at, image_id);
