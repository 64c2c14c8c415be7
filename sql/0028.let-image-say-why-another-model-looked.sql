-- depends: 0027.create-budget
ALTER TABLE image
    ADD COLUMN fell_back_because VARCHAR(300) NULL
        COMMENT 'why the local model stood in for the remote one; NULL = it did not' AFTER took_ms;
