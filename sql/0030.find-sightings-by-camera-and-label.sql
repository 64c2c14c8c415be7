-- depends: 0029.find-what-was-dropped
ALTER TABLE sighting
    ADD KEY sighting_camera_label_arrived (camera_id, label, arrived_at, id);
