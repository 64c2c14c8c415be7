-- depends: 0080.let-event-say-what-rules-go-by
UPDATE link
SET inputs = REPLACE(inputs, '"standings":', '"plates": null, "details": null, "standings":')
WHERE INSTR(inputs, '"plates":') = 0;
