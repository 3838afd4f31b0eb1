use super::*;
use crate::document::parse;

fn definition(text: &str) -> Result<Definition, Problems> {
    Definition::read(&parse("pipeline.yaml", text.as_bytes()).unwrap().unwrap())
}

const WHOLE: &str = "\
data_product: PDM
retry:
  max_attempts: 3
  steps_not_to_retry: [collect-metrics]
  always_run: [metrics-setup]
  not_resumable: {transactional: source}
  backoff: {first: 1m, factor: 1.5, max: 1h30m}
  overrides:
    Instances: {InstanceFleets: []}
catch_up:
  expand: [submit-job-vacancy]
  args: [\"--start_dt\", \"{{date}}\"]
  lag_days: 0
  retention_days: 7
  max_dates: 5
source:
  role_chain: [arn:aws:iam::111111111111:role/readonly]
  bucket: source-bucket
  prefixes: [\"{{date}}_vacancy\"]
  on_missing: nothing_to_do
guards: {environment: production}
deadline: 6h
catalog: {crawlers: [rentals-kpis]}
queries:
- {name: daily, sql: queries/daily.sql, database: rentals, workgroup: analysts, parameters: [\"{{date}}\"], expect: {rows: \">0\"}}
- {name: other, sql: queries/other.sql}
metrics: {bucket: metrics, key: pdm/metrics.json}
notify: {information: arn:x, critical: arn:y}
";

#[test]
fn every_key_is_understood() {
    let whole = definition(WHOLE).unwrap();
    assert_eq!(whole.data_product("any/folder"), "PDM");
    assert_eq!(whole.retry.max_attempts, Some(3));
    assert_eq!(whole.retry.not_resumable["transactional"], "source");
    assert_eq!(
        whole.retry.backoff,
        Backoff { first: Period::minutes(1), factor: 1.5, max: Period::minutes(90) }
    );
    let catch_up = whole.catch_up.unwrap();
    assert_eq!((catch_up.lag_days, catch_up.retention_days, catch_up.max_dates), (0, Some(7), 5));
    assert_eq!(whole.source.unwrap().on_missing, OnMissing::NothingToDo);
    assert_eq!(whole.deadline, Some(Period::minutes(360)));
    assert!(whole.queries[0].expect.rows.unwrap().holds(1));
    assert_eq!(whole.queries[1].workgroup, "primary");
}

#[test]
fn the_overrides_of_a_retry_keep_their_places() {
    let overrides = definition(WHOLE).unwrap().retry.overrides.unwrap();
    let (path, origin) = overrides.provenance()[0].clone();
    assert_eq!(
        (path.to_string(), origin.to_string()),
        ("Instances.InstanceFleets".into(), "pipeline.yaml:9:33".into())
    );
}

#[test]
fn every_key_has_a_default_and_a_key_without_a_value_has_it_too() {
    let text = "retry:\n  backoff:\ncatch_up: {}\nqueries:\ndeadline: ~\n";
    let sparse = definition(text).unwrap();
    assert_eq!(sparse.data_product("teams/rentals/"), "RENTALS");
    assert_eq!(
        sparse.retry.backoff,
        Backoff { first: Period::minutes(2), factor: 2.0, max: Period::minutes(30) }
    );
    let catch_up = sparse.catch_up.unwrap();
    assert_eq!((catch_up.lag_days, catch_up.retention_days, catch_up.max_dates), (1, None, 30));
    assert!(sparse.deadline.is_none() && sparse.queries.is_empty() && sparse.retry.max_attempts.is_none());
}

#[test]
fn all_slips_are_told_at_once_with_what_to_write_instead() {
    let text = "\
retry: {max_atempts: 3, backoff: {first: 90}}
deadline: soon
source: {bucket: b, prefixes: [p], on_missing: give_up}
queries:
- {name: daily}
- {name: n, sql: q, expect: {rows: many}}
";
    let problems: Vec<String> = definition(text).unwrap_err().iter().map(ToString::to_string).collect();
    for (problem, expected) in problems.iter().zip([
        "pipeline.yaml:1:9  unknown field max_atempts; did you mean max_attempts?",
        "pipeline.yaml:1:42  90 has no unit; write 90s, 90m or 90h",
        "pipeline.yaml:2:11  soon is no length of time; write numbers with d, h, m or s, such as 1h30m",
        "pipeline.yaml:3:48  unknown word give_up; known here: fail, wait, nothing_to_do",
        "pipeline.yaml:5:3  sql is missing",
        "pipeline.yaml:6:36  many compares with no number",
    ]) {
        assert!(problem.starts_with(expected), "{problem}\n{expected}");
    }
    assert_eq!(problems.len(), 6, "{problems:?}");
}
