CREATE TABLE blob (
  hash  bytea PRIMARY KEY,
  bytes bytea NOT NULL
);
-- Modules are compressed little, and read whole.
ALTER TABLE blob ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE TABLE journal_claim (
  one        integer PRIMARY KEY CHECK (one = 1),
  journal    text NOT NULL,
  cluster    text NOT NULL,
  holder     text NOT NULL,
  beat       bigint NOT NULL,
  renewed_at timestamptz NOT NULL
);

-- As Akka.Persistence.Sql 1.5.73 makes them, without its indexes on times and bare sequence numbers: nothing here asks for them.
CREATE TABLE journal (
  ordering        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created         bigint NOT NULL,
  deleted         boolean NOT NULL,
  persistence_id  text NOT NULL,
  sequence_number bigint NOT NULL,
  message         bytea NOT NULL,
  tags            text,
  manifest        text,
  identifier      integer,
  writer_uuid     text,
  CONSTRAINT journal_uq UNIQUE (persistence_id, sequence_number)
);

CREATE TABLE snapshot (
  persistence_id  text NOT NULL,
  sequence_number bigint NOT NULL,
  created         bigint NOT NULL,
  snapshot        bytea,
  manifest        text,
  serializer_id   integer,
  PRIMARY KEY (persistence_id, sequence_number)
);
