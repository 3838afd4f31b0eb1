-- What the analysts ask for. Each view becomes a table of the same name in the exposed folder.

-- One row for each day on which an appointment was to begin, or a to-do was made or completed.
CREATE OR REPLACE VIEW pdm_views.daily_metrics AS
SELECT
    day,
    sum(appointments) AS appointments,
    sum(attended) AS attended,
    sum(missed) AS missed,
    sum(to_dos_created) AS to_dos_created,
    sum(to_dos_completed) AS to_dos_completed
FROM (
    SELECT
        appointment_date AS day,
        1 AS appointments,
        if(status = 'Attended', 1, 0) AS attended,
        if(status = 'Failed to attend', 1, 0) AS missed,
        0 AS to_dos_created,
        0 AS to_dos_completed
    FROM pdm_model.appointment_fact
    UNION ALL
    SELECT created_date, 0, 0, 0, 1, 0 FROM pdm_model.to_do_fact
    UNION ALL
    SELECT completed_date, 0, 0, 0, 0, 1 FROM pdm_model.to_do_fact WHERE completed_date IS NOT NULL
) AS happened
GROUP BY day;

-- One row for each agent who is not deleted, also for one without work, who is there with zeros.
CREATE OR REPLACE VIEW pdm_views.agent_workload AS
SELECT
    agent.agent_id,
    agent.agent_name,
    coalesce(team.team_name, 'UNKNOWN') AS team_name,
    coalesce(met.appointments, 0) AS appointments,
    coalesce(done.to_dos, 0) AS to_dos,
    coalesce(done.open_to_dos, 0) AS open_to_dos
FROM pdm_transactional.agent_dim AS agent
LEFT JOIN pdm_transactional.team_dim AS team ON team.team_id = agent.team_id
LEFT JOIN (
    SELECT agent_id, count(*) AS appointments FROM pdm_model.appointment_fact GROUP BY agent_id
) AS met ON met.agent_id = agent.agent_id
LEFT JOIN (
    SELECT agent_id, count(*) AS to_dos, count_if(completed_at IS NULL) AS open_to_dos
    FROM pdm_model.to_do_fact
    GROUP BY agent_id
) AS done ON done.agent_id = agent.agent_id
WHERE NOT agent.deleted;

-- One row for each site and kind of appointment.
CREATE OR REPLACE VIEW pdm_views.site_appointments AS
SELECT
    site_name,
    region,
    appointment_type,
    count(*) AS appointments,
    round(100 * count_if(status = 'Failed to attend') / count(*), 1) AS percent_missed,
    sum(planned_minutes) AS planned_minutes
FROM pdm_model.appointment_fact
GROUP BY site_name, region, appointment_type;

-- One row for each team and category of to-do.
CREATE OR REPLACE VIEW pdm_views.team_to_dos AS
SELECT
    team_name,
    category,
    count(*) AS to_dos,
    count_if(completed_at IS NULL) AS open_to_dos,
    round(avg(hours_open), 2) AS average_hours_open
FROM pdm_model.to_do_fact
GROUP BY team_name, category;
