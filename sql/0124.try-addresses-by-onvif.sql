-- depends: 0123.create-access-try
ALTER TABLE access_try
    ADD COLUMN by_onvif BOOLEAN NOT NULL DEFAULT FALSE
        COMMENT '1: url is only the camera''s host, which is asked by ONVIF where its pictures and streams are' AFTER url,
    ADD COLUMN found JSON NULL COMMENT 'a secret: what it said, as snapshot_url, stream_url and substream_url' AFTER picture;
