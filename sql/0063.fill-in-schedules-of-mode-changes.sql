-- depends: 0062.let-mode-change-know-its-schedule
UPDATE mode_change JOIN schedule ON mode_change.set_by = CONCAT('schedule ', schedule.name)
    SET mode_change.schedule_id = schedule.id;
