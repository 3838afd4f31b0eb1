-- Facts joined with the dimensions that they refer to. A reference that leads nowhere keeps its row: it is named
-- UNKNOWN, since a fact that is left out is missed in every total. A member that was deleted still names its facts.
CREATE TABLE IF NOT EXISTS pdm_model.appointment_fact (
    appointment_id STRING,
    agent_id STRING,
    agent_name STRING,
    team_name STRING,
    site_id STRING,
    site_name STRING,
    region STRING,
    appointment_type STRING,
    planned_minutes INT,
    status STRING,
    starts_at TIMESTAMP,
    appointment_date DATE
) USING parquet LOCATION '${data}/model/appointment_fact';

INSERT OVERWRITE TABLE pdm_model.appointment_fact
SELECT
    a.appointment_id,
    a.agent_id,
    coalesce(agent.agent_name, 'UNKNOWN'),
    coalesce(team.team_name, 'UNKNOWN'),
    a.site_id,
    coalesce(site.site_name, 'UNKNOWN'),
    coalesce(site.region, 'UNKNOWN'),
    coalesce(kind.appointment_type_name, 'UNKNOWN'),
    kind.planned_minutes,
    coalesce(word.description, 'UNKNOWN'),
    a.starts_at,
    to_date(a.starts_at)
FROM pdm_transform.appointments AS a
LEFT JOIN pdm_transactional.agent_dim AS agent ON agent.agent_id = a.agent_id
LEFT JOIN pdm_transactional.team_dim AS team ON team.team_id = agent.team_id
LEFT JOIN pdm_transactional.site_dim AS site ON site.site_id = a.site_id
LEFT JOIN pdm_transactional.appointment_type_dim AS kind ON kind.appointment_type_id = a.appointment_type_id
LEFT JOIN pdm_source.dictionary AS word
    ON word.dataset = 'appointments' AND word.field = 'status' AND word.code = a.status_code;

CREATE TABLE IF NOT EXISTS pdm_model.to_do_fact (
    to_do_id STRING,
    agent_id STRING,
    agent_name STRING,
    team_id STRING,
    team_name STRING,
    to_do_type STRING,
    category STRING,
    priority INT,
    status STRING,
    created_at TIMESTAMP,
    completed_at TIMESTAMP,
    created_date DATE,
    completed_date DATE,
    hours_open DOUBLE
) USING parquet LOCATION '${data}/model/to_do_fact';

INSERT OVERWRITE TABLE pdm_model.to_do_fact
SELECT
    t.to_do_id,
    t.agent_id,
    coalesce(agent.agent_name, 'UNKNOWN'),
    t.team_id,
    coalesce(team.team_name, 'UNKNOWN'),
    coalesce(kind.to_do_type_name, 'UNKNOWN'),
    coalesce(kind.category, 'UNKNOWN'),
    kind.priority,
    coalesce(word.description, 'UNKNOWN'),
    t.created_at,
    t.completed_at,
    to_date(t.created_at),
    to_date(t.completed_at),
    round((unix_timestamp(t.completed_at) - unix_timestamp(t.created_at)) / 3600, 2)
FROM pdm_transform.to_dos AS t
LEFT JOIN pdm_transactional.agent_dim AS agent ON agent.agent_id = t.agent_id
LEFT JOIN pdm_transactional.team_dim AS team ON team.team_id = t.team_id
LEFT JOIN pdm_transactional.to_do_type_type_dim AS kind ON kind.to_do_type_id = t.to_do_type_id
LEFT JOIN pdm_source.dictionary AS word
    ON word.dataset = 'to_dos' AND word.field = 'status' AND word.code = t.status_code;

INSERT OVERWRITE TABLE pdm_audit.steps
PARTITION (correlation_id = '${correlation_id}', run_id = ${run_id}, step = 'model')
SELECT 'pdm_model.appointment_fact', count(*), current_timestamp() FROM pdm_model.appointment_fact
UNION ALL
SELECT 'pdm_model.to_do_fact', count(*), current_timestamp() FROM pdm_model.to_do_fact;
