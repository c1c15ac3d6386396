-- What a job refers to: large inputs and outputs make many of them.
CREATE INDEX blob_ref_job ON blob_ref (job);
