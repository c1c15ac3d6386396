-- When jobs have ended that are not erased, in milliseconds since 1970.
CREATE TABLE job_end (
  job      bytea PRIMARY KEY,
  ended_at bigint NOT NULL
);
