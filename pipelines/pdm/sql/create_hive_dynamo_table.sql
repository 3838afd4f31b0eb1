-- The run's bookkeeping as a table: which step of which attempt left how many rows in which table. Each step writes
-- the partition that bears its name, so that a step which runs again replaces its own entries and no others.
-- A team that keeps this in DynamoDB puts its storage handler in place of the last two lines.
CREATE DATABASE IF NOT EXISTS pdm_audit LOCATION '${data}/audit';

CREATE EXTERNAL TABLE IF NOT EXISTS pdm_audit.steps (
    table_name STRING COMMENT 'what was written',
    row_count BIGINT COMMENT 'how many rows it has now',
    recorded_at TIMESTAMP
)
PARTITIONED BY (correlation_id STRING, run_id INT, step STRING)
STORED AS PARQUET
LOCATION '${data}/audit/steps';
