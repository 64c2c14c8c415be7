-- depends: 0124.try-addresses-by-onvif
ALTER TABLE access_try
    ADD COLUMN discovers BOOLEAN NOT NULL DEFAULT FALSE
        COMMENT '1: nothing is tried; the house''s network is asked which cameras speak ONVIF' AFTER by_onvif,
    ADD COLUMN hosts JSON NULL COMMENT 'of such a search: array of {host, name}' AFTER found;
