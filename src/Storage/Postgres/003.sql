-- What a blob counts for.
ALTER TABLE blob_use ADD COLUMN size bigint NOT NULL DEFAULT 0;
UPDATE blob_use SET size = octet_length(blob.bytes) FROM blob WHERE blob.hash = blob_use.hash;

-- Who is charged for which blob: who put it, and when last.
CREATE TABLE blob_owner (
  hash   bytea NOT NULL,
  boss   bytea NOT NULL,
  size   bigint NOT NULL,
  put_at bigint NOT NULL,
  PRIMARY KEY (hash, boss)
);
CREATE INDEX blob_owner_boss ON blob_owner (boss);

-- Whose job needs blobs, and whether it has ended: then they go where room is needed.
CREATE TABLE blob_job (
  job   bytea PRIMARY KEY,
  boss  bytea NOT NULL,
  ended integer NOT NULL
);
