//! One cluster for one piece of work.

use jiff::SignedDuration;
use pipeline::failure::{Explained, Kind, Remedy};
use pipeline::launch::Settings;
use pipeline::run::{Outcome, Status};
use serde_json::json;
use world::{At, Ending, Fate, Fates, World};

use crate::given::*;

/// Longer than any lease of these tests.
const LATER: SignedDuration = SignedDuration::from_mins(5);

fn one(at: &'static str, fate: Fate) -> Fates {
    Fates::listed([(At::Next(at), fate)])
}

/// There is exactly one living cluster, and the row names it.
fn assert_one_recorded_cluster(world: &World, story: &str) {
    let living = world.living_clusters();
    assert_eq!(living.len(), 1, "{story}");
    let row = row(world);
    assert_eq!((row.cluster_id.as_ref(), row.status), (living.first(), Status::InProgress), "{story}");
}

#[test]
fn a_launch_makes_one_cluster_with_our_tags_and_a_row_that_names_it() {
    let world = world();
    let answer = launched(&world, &event(), "one").unwrap();
    assert_one_recorded_cluster(&world, "launch");
    assert_eq!(answer["JobFlowId"], world.living_clusters()[0].as_str());
    let request = world.clusters()[0].request.clone();
    let tags: Vec<(String, String)> =
        request.tags.unwrap().into_iter().map(|tag| (tag.key.unwrap(), tag.value.unwrap())).collect();
    let expected = [
        ("team", "data"),
        ("Correlation_Id", "nightly-1"),
        ("Run_Id", "1"),
        ("Pipeline", "pdm"),
        ("Run_Table", "runs"),
    ];
    assert_eq!(tags, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    let args = request.steps.unwrap()[0].hadoop_jar_step.clone().unwrap().args.unwrap();
    assert_eq!(args, ["spark-submit", "source.py", "--id", "nightly-1"]);
    let attempt = world.table().attempts.remove(0);
    assert_eq!(attempt.steps, ["source", "model", "report"]);
}

#[test]
fn the_same_event_again_is_answered_with_the_run_also_after_its_end() {
    let world = world();
    let first = launched(&world, &event(), "one").unwrap();
    let second = launched(&world, &event(), "two").unwrap();
    assert_eq!((&second["JobFlowId"], &second["existing"]), (&first["JobFlowId"], &json!(true)));
    assert_one_recorded_cluster(&world, "again");
}

#[test]
fn a_different_event_under_the_same_name_is_refused() {
    let world = world();
    launched(&world, &event(), "one").unwrap();
    let other = json!({"pipeline": "pdm", "correlation_id": "nightly-1", "snapshot_type": "full"});
    assert_eq!(refused(&world, &other), "launch.payload_differs");
    assert_one_recorded_cluster(&world, "different payload");
}

#[test]
fn a_delivery_without_a_name_is_the_same_run_when_it_comes_again() {
    for event in [
        json!({"pipeline": "pdm"}),
        json!({"id": "e-1", "source": "ours", "detail-type": "Launch", "detail": {"pipeline": "pdm"}}),
        json!({"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": "m", "Message": "{\"pipeline\": \"pdm\"}"}}]}),
    ] {
        let world = world();
        launched(&world, &event, "one").unwrap();
        world.pass(LATER);
        launched(&world, &event, "two").unwrap();
        assert_one_recorded_cluster(&world, &event.to_string());
    }
}

/// Whatever befalls any single call of the first delivery, the deliveries after it end with one recorded cluster.
#[test]
fn any_fate_of_any_call_still_ends_with_one_recorded_cluster() {
    let calls = {
        let world = world();
        world.decree(Fates::fine());
        let invocation = invocation(&world, "one");
        let settings = settings();
        world::run(&world, pipeline::launch::handle(&world, &settings, &event(), &invocation));
        world.calls()
    };
    assert!(calls.contains(&"runs.claim") && calls.contains(&"clusters.start"), "{calls:?}");
    let fates = [
        Fate::CrashBefore,
        Fate::CrashAfter,
        Fate::LosesAnswer,
        Fate::Fails(Kind::Throttled),
        Fate::Fails(Kind::NeverSent),
        Fate::Fails(Kind::Unknown),
    ];
    for (number, call) in calls.iter().enumerate() {
        for fate in fates {
            let story = format!("{fate:?} at call {number}, {call}");
            let world = world();
            deliver(&world, &event(), "one", Fates::listed([(At::Number(number), fate)]));
            for claimant in ["two", "three"] {
                world.pass(LATER);
                deliver(&world, &event(), claimant, Fates::fine());
            }
            assert_one_recorded_cluster(&world, &story);
        }
    }
}

#[test]
fn a_retry_within_the_lease_waits_and_one_after_it_adopts_the_cluster() {
    let world = world();
    assert_eq!(
        deliver(&world, &event(), "one", one("clusters.start", Fate::CrashAfter)).returned().map(|_| ()),
        None
    );
    let error = launched(&world, &event(), "two").unwrap_err();
    assert_eq!((error.code(), error.remedy()), ("launch.in_flight", Remedy::Retry));
    world.pass(LATER);
    launched(&world, &event(), "three").unwrap();
    assert_eq!(world.clusters().len(), 1);
    assert_one_recorded_cluster(&world, "adopted");
}

#[test]
fn throttling_hands_the_claim_back_and_costs_nothing() {
    let world = world();
    for attempt in 0..5 {
        let fates = one("clusters.start", Fate::Fails(Kind::Throttled));
        let error = deliver(&world, &event(), &format!("c{attempt}"), fates).returned().unwrap().unwrap_err();
        assert_eq!((error.code(), error.remedy()), ("launch.not_taken", Remedy::Retry));
        assert!(world.table().runs.is_empty());
        world.pass(SignedDuration::from_secs(15));
    }
    launched(&world, &event(), "last").unwrap();
    assert_one_recorded_cluster(&world, "after throttling");
    assert_eq!(row(&world).attempt.0, 1);
}

#[test]
fn a_server_error_after_the_effect_is_looked_into_and_never_answered_with_a_second_start() {
    let world = world();
    let answer =
        deliver(&world, &event(), "one", one("clusters.start", Fate::LosesAnswer)).returned().unwrap();
    assert!(answer.is_ok());
    assert_eq!(world.clusters().len(), 1);
    assert_one_recorded_cluster(&world, "lost answer");
}

#[test]
fn silence_whose_cluster_does_not_show_yet_leaves_the_claim_uncertain() {
    let world = world();
    world.let_listings_lag(SignedDuration::from_secs(30));
    let error = deliver(&world, &event(), "one", one("clusters.start", Fate::LosesAnswer))
        .returned()
        .unwrap()
        .unwrap_err();
    assert_eq!((error.code(), error.remedy()), ("launch.unanswered", Remedy::LookFirst));
    assert_eq!(row(&world).status, Status::Launching);
    world.pass(LATER);
    launched(&world, &event(), "two").unwrap();
    assert_eq!(world.clusters().len(), 1);
    assert_one_recorded_cluster(&world, "uncertain");
}

#[test]
fn a_refusal_is_recorded_as_failed_and_told_once() {
    let world = world();
    let fates = one("clusters.start", Fate::Fails(Kind::Refused));
    let error = deliver(&world, &event(), "one", fates).returned().unwrap().unwrap_err();
    assert_eq!((error.code(), error.remedy()), ("launch.refused", Remedy::GiveUp));
    let row = row(&world);
    assert_eq!((row.status, row.outcome, row.announced), (Status::Failed, Some(Outcome::Validation), true));
    assert_eq!(row.cause.unwrap().code.as_deref(), Some("ValidationException"));
    let again = launched(&world, &event(), "two").unwrap();
    assert_eq!(again["status"], "FAILED");
    assert_eq!((world.published().len(), world.notified(CRITICAL).len()), (1, 1));
}

#[test]
fn a_refusal_that_could_not_be_stored_is_not_told() {
    let world = world();
    let fates = Fates::listed([
        (At::Next("clusters.start"), Fate::Fails(Kind::Refused)),
        (At::Next("runs.apply"), Fate::CrashBefore),
    ]);
    assert!(matches!(deliver(&world, &event(), "one", fates), Ending::Crashed));
    assert!(world.published().is_empty());
}

#[test]
fn a_dry_run_answers_with_the_plan_and_changes_nothing() {
    let world = world();
    let plan = launched(&world, &json!({"pipeline": "pdm", "resume_from": "model", "dry_run": true}), "one")
        .unwrap();
    assert!(world.clusters().is_empty() && world.table().runs.is_empty());
    let names: Vec<_> =
        plan["request"]["Steps"].as_array().unwrap().iter().map(|step| step["Name"].clone()).collect();
    assert_eq!(names, ["model", "report"]);
    assert_eq!(plan["steps"][0]["runs"], false);
    assert_eq!(plan["checks"][0]["ok"], true);
    assert_eq!(plan["origins"]["Instances.Ec2SubnetId"], "instances.yaml:3:16");
}

#[test]
fn an_s3_notification_gives_its_arguments_to_every_step_and_each_record_is_a_run() {
    let world = world();
    world.put_document(&folder(), "pipeline.yaml", "");
    let record = |key: &str| {
        json!({"eventSource": "aws:s3", "eventTime": "2026-11-21T02:00:00.000Z",
               "s3": {"bucket": {"name": "in"}, "object": {"key": key, "sequencer": "1"}}})
    };
    let body = json!({"Records": [record("a.csv"), record("b.csv")]}).to_string();
    let event = json!({"Records": [{"eventSource": "aws:sqs", "messageId": "m-1", "body": body}]});
    let settings = Settings { folder: Some("pdm".into()), ..settings() };
    let invocation = invocation(&world, "one");
    let answer =
        world::run(&world, pipeline::launch::handle(&world, &settings, &event, &invocation)).returned();
    assert_eq!(answer.unwrap().unwrap()["batchItemFailures"], json!([]));
    let args: Vec<Vec<String>> = world
        .clusters()
        .iter()
        .map(|cluster| {
            cluster.request.steps.clone().unwrap()[1].hadoop_jar_step.clone().unwrap().args.unwrap()
        })
        .collect();
    let expected = |id: &str, key: &str| {
        [
            "spark-submit",
            "model.py",
            "--correlation_id",
            id,
            "--s3_bucket_name",
            "in",
            "--s3_prefix",
            key,
            "--export_date",
            "2026-11-21",
        ]
        .map(str::to_owned)
        .to_vec()
    };
    assert_eq!(args, [expected("m-1", "a.csv"), expected("m-1-1", "b.csv")]);
}

#[test]
fn a_broken_message_of_a_batch_fails_alone() {
    let world = world();
    let record = |id: &str, body: &str| json!({"eventSource": "aws:sqs", "messageId": id, "body": body});
    let event = json!({"Records": [record("bad", "no json"), record("good", "{\"pipeline\": \"pdm\"}")]});
    let answer = launched(&world, &event, "one").unwrap();
    assert_eq!(answer["batchItemFailures"], json!([{"itemIdentifier": "bad"}]));
    assert_eq!(answer["errors"][0]["code"], "launch.envelope");
    assert_one_recorded_cluster(&world, "batch");
}

#[test]
fn bad_input_is_told_by_its_code_and_nothing_is_started() {
    let unknown = json!({"pipeline": "pdn"});
    let member = json!({"pipeline": "pdm", "dry-run": true});
    let no_pipeline = json!({});
    let step = json!({"pipeline": "pdm", "additional_step_args": {"modle": ["x"]}});
    let override_path = json!({"pipeline": "pdm", "overrides": {"Instances": {"InstanceCout": 3}}});
    let date = json!({"pipeline": "pdm", "export_date": "2026-02-30"});
    let world = world();
    for (event, code, told) in [
        (unknown, "launch.unknown_pipeline", "did you mean pdm?"),
        (member, "launch.event", "did you mean dry_run?"),
        (no_pipeline, "launch.no_pipeline", "{\"pipeline\": \"FOLDER\"}"),
        (step, "launch.plan", "did you mean model?"),
        (override_path, "launch.plan", "did you mean InstanceCount?"),
        (date, "launch.plan", "write YYYY-MM-DD"),
    ] {
        let error = launched(&world, &event, "one").unwrap_err();
        assert_eq!((error.code(), error.remedy()), (code, Remedy::GiveUp), "{error}");
        assert!(error.to_string().contains(told), "{error}");
    }
    assert!(world.clusters().is_empty() && world.table().runs.is_empty());
}

#[test]
fn guards_stop_test_flags_in_production_and_a_deletion_wants_its_name() {
    let world = world();
    world.put_document(&folder(), "pipeline.yaml", "guards: {environment: production}\n");
    assert_eq!(refused(&world, &json!({"pipeline": "pdm", "e2e_test_flg": true})), "launch.plan");
    assert_eq!(refused(&world, &json!({"pipeline": "pdm", "clean_up_flg": true})), "launch.plan");
    launched(&world, &json!({"pipeline": "pdm", "clean_up_flg": true, "confirm": "pdm"}), "one").unwrap();
}

#[test]
fn a_copied_security_configuration_is_used_and_made_once() {
    let world = world();
    world.put_document(&folder(), "cluster.yaml", format!("{CLUSTER}SecurityConfiguration: base\n"));
    world.put_security_configuration("base");
    let event = json!({"pipeline": "pdm", "correlation_id": "nightly-1", "copy_secconfig": true});
    deliver(&world, &event, "one", one("clusters.start", Fate::CrashBefore));
    world.pass(LATER);
    launched(&world, &event, "two").unwrap();
    let used = world.clusters()[0].request.security_configuration.clone().unwrap();
    assert_eq!(world.security_configurations(), ["base".to_owned(), used]);
}

#[test]
fn what_a_definition_asks_for_in_vain_is_told_and_stops_the_launch_where_it_decides_it() {
    let world = world();
    world.put_document(&folder(), "pipeline.yaml", "metrics: {bucket: m, key: k}\n");
    let plan = launched(&world, &json!({"pipeline": "pdm", "dry_run": true}), "one").unwrap();
    let told = plan["warnings"].to_string();
    assert!(told.contains("metrics is not acted upon") && told.contains("pipeline.yaml"), "{told}");
    world.put_document(&folder(), "pipeline.yaml", "catch_up: {expand: [model]}\n");
    assert_eq!(refused(&world, &json!({"pipeline": "pdm"})), "launch.plan");
}

#[test]
fn a_claim_taken_over_on_a_later_day_launches_what_was_asked_for_then() {
    let world = world();
    world.put_document(&folder(), "steps.yaml", STEPS.replace("{{correlation_id}}", "{{date}}"));
    deliver(&world, &event(), "one", one("clusters.start", Fate::CrashBefore));
    let day = row(&world).date;
    world.pass(SignedDuration::from_hours(48));
    launched(&world, &event(), "two").unwrap();
    let args = world.clusters()[0].request.steps.clone().unwrap()[0].hadoop_jar_step.clone().unwrap().args;
    assert_eq!(args.unwrap().last(), Some(&day));
    assert_one_recorded_cluster(&world, "later day");
}

#[test]
fn a_refusal_that_was_stored_and_not_told_is_told_by_the_next_delivery() {
    for (call, fate) in [
        ("runs.apply", Fate::CrashAfter),
        ("notices.publish", Fate::CrashBefore),
        ("notices.notify", Fate::Fails(Kind::Throttled)),
    ] {
        let world = world();
        let refusal = (At::Next("clusters.start"), Fate::Fails(Kind::Refused));
        deliver(&world, &event(), "one", Fates::listed([refusal, (At::Next(call), fate)]));
        assert!(!row(&world).announced, "{call}");
        world.pass(LATER);
        let answer = launched(&world, &event(), "two").unwrap();
        assert_eq!((&answer["status"], row(&world).announced), (&json!("FAILED"), true), "{call}");
        assert!(!world.published().is_empty() && !world.notified(CRITICAL).is_empty(), "{call}");
    }
}
