-- Each blob has a line here: when it was put or taken up last, in seconds since 1970.
CREATE TABLE blob_use (
  hash    bytea PRIMARY KEY,
  used_at bigint NOT NULL
);

-- Which jobs need which blob.
CREATE TABLE blob_ref (
  hash bytea NOT NULL,
  job  bytea NOT NULL,
  PRIMARY KEY (hash, job)
);

-- Blobs from before are needed by job 0, and so for ever.
INSERT INTO blob_use SELECT hash, 0 FROM blob;
INSERT INTO blob_ref SELECT hash, decode(repeat('00', 32), 'hex') FROM blob;
