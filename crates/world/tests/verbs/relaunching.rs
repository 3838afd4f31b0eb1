//! A run that failed goes on where it failed, once, or is given up and told.

use jiff::SignedDuration;
use pipeline::failure::{Explained, Kind};
use pipeline::launch::Answer;
use pipeline::ports::ErrorDetail;
use pipeline::relaunch::{self, RelaunchError, Relaunched, asked, relaunch};
use pipeline::resume::Deployed;
use pipeline::run::{Attempt, ClusterId, ClusterState, Course, Outcome, Run, Status, StepState};
use serde_json::{Value, json};
use world::{At, Ending, Fate, Fates, World, run};

use crate::given::*;
use crate::recording::record_all;

pub(crate) const AT_ONCE: &str = "retry: {max_attempts: 3, backoff: {first: 0s}}\n";
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const SNS: &str = "arn:aws:sns:eu-west-1:123456789012:launcher";

pub(crate) fn settings_of_relaunch() -> relaunch::Settings {
    relaunch::Settings { launch: settings(), ..relaunch::Settings::default() }
}

pub(crate) fn call(
    world: &World,
    settings: &relaunch::Settings,
    event: &Value,
    claimant: &str,
    fates: Fates,
) -> Ending<Result<Relaunched, RelaunchError>> {
    world.decree(fates);
    let invocation = invocation(world, claimant);
    let ending = run(world, async { relaunch(world, settings, asked(event)?, &invocation).await });
    world.decree(Fates::fine());
    ending
}

fn relaunched(world: &World, event: &Value) -> Result<Relaunched, RelaunchError> {
    call(world, &settings_of_relaunch(), event, "relauncher", Fates::fine()).returned().unwrap()
}

/// EMR's event of the end of a cluster.
pub(crate) fn end_event(cluster: &ClusterId) -> Value {
    json!({"detail-type": "EMR Cluster State Change", "source": "aws.emr", "time": "2026-11-21T02:00:00Z",
           "detail": {"clusterId": cluster.as_str(), "state": "TERMINATED_WITH_ERRORS", "stateChangeReason": ""}})
}

/// The event of a cluster's end, delivered to the relauncher.
pub(crate) fn ended(world: &World, cluster: &ClusterId) -> Relaunched {
    relaunched(world, &end_event(cluster)).unwrap()
}

/// A launched run with this definition.
pub(crate) fn running(definition: &str) -> (World, ClusterId) {
    let world = world();
    world.put_document(&folder(), "pipeline.yaml", definition);
    launched(&world, &event(), "one").unwrap();
    let cluster = world.living_clusters()[0].clone();
    (world, cluster)
}

/// The steps before this one complete, and this one fails; the cluster ends.
pub(crate) fn fail_at(world: &World, cluster: &ClusterId, place: usize) {
    for before in 0..place {
        world.finish_step(cluster, before, StepState::Completed);
    }
    world.finish_step(cluster, place, StepState::Failed);
    world.bring_down(cluster);
}

/// A run whose first attempt failed at its second step, `model`.
pub(crate) fn failed(definition: &str) -> (World, ClusterId) {
    let (world, cluster) = running(definition);
    fail_at(&world, &cluster, 1);
    (world, cluster)
}

fn step_names(world: &World, place: usize) -> Vec<String> {
    world.clusters()[place].steps.iter().map(|step| step.name.clone()).collect()
}

fn given_up(world: &World) -> String {
    let run = row(world);
    assert!(run.announced, "{run:?}");
    let decision = run.decided().unwrap().clone();
    assert_eq!(decision.course, Course::GiveUp, "{decision}");
    let told = serde_json::to_string(&(world.notified(CRITICAL), world.published())).unwrap();
    assert!(told.contains("given up"), "{told}");
    decision.why
}

#[test]
fn a_failed_run_resumes_at_the_failed_step_on_a_new_cluster() {
    let (world, cluster) = failed(AT_ONCE);
    let Relaunched::Launched(answer) = ended(&world, &cluster) else { panic!("not launched") };
    assert_eq!(answer.to_json()["run_id"], 2);
    assert_eq!(step_names(&world, 1), ["model", "report"]);
    let run = row(&world);
    assert_eq!((run.attempt, run.status, run.outcome), (Attempt(2), Status::InProgress, None));
    let tags = &world.clusters()[1].report.tags;
    assert_eq!(
        (tags["Run_Id"].as_str(), tags["Correlation_Id"].as_str(), tags["Run_Table"].as_str()),
        ("2", "nightly-1", "runs")
    );
    let told = serde_json::to_string(&world.notified(INFORMATION)).unwrap();
    assert!(told.contains("attempt 2 resumes at step model"), "{told}");
    assert!(world.notified(CRITICAL).is_empty(), "a failure that is being mended alarms nobody");
    let first = &world.table().attempts[0];
    assert!(
        matches!(&first.decision.as_ref().unwrap().course, Course::Relaunch { from: Some(step), .. } if step == "model")
    );
}

#[test]
fn the_second_attempt_completes_the_run_and_is_told() {
    let (world, cluster) = failed(AT_ONCE);
    ended(&world, &cluster);
    let second = world.living_clusters()[0].clone();
    world.finish_step(&second, 0, StepState::Completed);
    world.finish_step(&second, 1, StepState::Completed);
    world.bring_down(&second);
    record_all(&world, &world.emr_events());
    let run = row(&world);
    assert_eq!((run.status, run.attempt, run.announced), (Status::Completed, Attempt(2), true));
    assert_eq!(
        world.published().iter().map(|told| told.status.as_str()).collect::<Vec<_>>(),
        ["FAILED", "COMPLETED"]
    );
}

#[test]
fn a_doubled_or_late_event_launches_nothing_more() {
    let (world, cluster) = failed(AT_ONCE);
    for _ in 0..3 {
        ended(&world, &cluster);
        record_all(&world, &world.emr_events());
    }
    assert_eq!(world.clusters().len(), 2);
    assert!(
        matches!(ended(&world, &cluster), Relaunched::Ignored(why) if why.contains("relaunched already"))
    );
}

#[test]
fn attempts_are_counted_and_the_last_failure_is_given_up_and_told() {
    let (world, mut cluster) = failed("retry: {max_attempts: 2, backoff: {first: 0s}}\n");
    ended(&world, &cluster);
    cluster = world.living_clusters()[0].clone();
    fail_at(&world, &cluster, 0);
    assert!(matches!(ended(&world, &cluster), Relaunched::GivenUp(..)));
    assert_eq!(given_up(&world), "attempt 2 of 2 was the last");
    assert!(matches!(ended(&world, &cluster), Relaunched::GivenUp(..)));
    assert_eq!((world.clusters().len(), world.notified(CRITICAL).len()), (2, 1));
}

#[test]
fn the_variables_of_older_relaunchers_keep_their_meaning_and_the_definition_wins() {
    let older = Deployed { max_retry_count: Some(0), steps_not_to_retry: vec!["model".into()] };
    for (definition, launches) in [
        ("retry: {backoff: {first: 0s}}", false),
        ("retry: {max_attempts: 2, backoff: {first: 0s}}", false),
        ("retry: {max_attempts: 2, steps_not_to_retry: [], backoff: {first: 0s}}", true),
        ("retry: {max_attempts: 2, steps_not_to_retry: [report], backoff: {first: 0s}}", true),
    ] {
        let (world, cluster) = failed(definition);
        let settings = relaunch::Settings { deployed: older.clone(), ..settings_of_relaunch() };
        call(&world, &settings, &end_event(&cluster), "r", Fates::fine()).returned().unwrap().unwrap();
        assert_eq!(world.clusters().len() == 2, launches, "{definition}");
    }
}

#[test]
fn a_failure_in_a_step_that_is_not_retried_is_given_up_by_its_name_or_its_scripts() {
    for name in ["model", "report"] {
        let (world, cluster) =
            running(&format!("retry: {{steps_not_to_retry: [{name}], backoff: {{first: 0s}}}}"));
        fail_at(&world, &cluster, 1);
        ended(&world, &cluster);
        assert_eq!(world.clusters().len() == 1, name == "model", "{name}");
    }
}

#[test]
fn steps_that_always_run_do_so_in_their_place_and_a_step_may_send_back_to_another() {
    for (definition, at, expected) in [
        ("retry: {always_run: [source], backoff: {first: 0s}}", 2, vec!["source", "report"]),
        ("retry: {not_resumable: {report: model}, backoff: {first: 0s}}", 2, vec!["model", "report"]),
        (
            "retry: {not_resumable: {report: model, model: source}, backoff: {first: 0s}}",
            2,
            vec!["source", "model", "report"],
        ),
        ("retry: {not_resumable: {report: model}, backoff: {first: 0s}}", 1, vec!["model", "report"]),
    ] {
        let (world, cluster) = running(definition);
        fail_at(&world, &cluster, at);
        ended(&world, &cluster);
        assert_eq!(step_names(&world, 1), expected, "{definition}");
    }
}

#[test]
fn failures_outside_steps_run_what_is_owed_and_refusals_and_people_are_not_argued_with() {
    for (code, completed, expected) in [
        ("BOOTSTRAP_FAILURE", 0, Some(3)),
        ("INSTANCE_FAILURE", 1, Some(2)),
        ("INSTANCE_FLEET_TIMEOUT", 0, Some(3)),
        ("INTERNAL_ERROR", 2, Some(1)),
        ("VALIDATION_ERROR", 0, None),
    ] {
        let (world, cluster) = running(AT_ONCE);
        (0..completed).for_each(|place| world.finish_step(&cluster, place, StepState::Completed));
        world.end_cluster(&cluster, ClusterState::TerminatedWithErrors, code);
        ended(&world, &cluster);
        assert_eq!(world.clusters().get(1).map(|cluster| cluster.steps.len()), expected, "{code}");
        if expected.is_none() {
            assert!(given_up(&world).contains("would refuse it again"));
        }
    }
}

#[test]
fn what_a_person_stopped_is_neither_relaunched_nor_an_alarm() {
    let (world, cluster) = running(AT_ONCE);
    world.start_step(&cluster, 0);
    world.end_cluster(&cluster, ClusterState::Terminated, "USER_REQUEST");
    assert!(matches!(ended(&world, &cluster), Relaunched::Ignored(_)));
    record_all(&world, &world.emr_events());
    assert_eq!(
        (world.clusters().len(), world.notified(CRITICAL).len(), world.notified(INFORMATION).len()),
        (1, 0, 1)
    );
}

#[test]
fn the_second_attempt_gets_its_overrides_and_a_lack_of_capacity_is_told_as_such() {
    let overrides = "retry: {backoff: {first: 0s}, overrides: {Instances: {Ec2SubnetId: subnet-2}}}";
    let (world, cluster) = running(overrides);
    let detail = ErrorDetail { code: "INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ".into(), message: None };
    world.put_error_detail(&cluster, detail);
    world.end_cluster(&cluster, ClusterState::TerminatedWithErrors, "INTERNAL_ERROR");
    ended(&world, &cluster);
    let subnet = |place: usize| world.clusters()[place].request.instances.clone().unwrap().ec2_subnet_id;
    assert_eq!((subnet(0).as_deref(), subnet(1).as_deref()), (Some("subnet-1"), Some("subnet-2")));
    assert_eq!(world.table().attempts[0].outcome, Some(Outcome::Capacity));
}

#[test]
fn a_relaunch_that_has_to_wait_is_a_timer_of_one_name_and_is_made_when_it_is_due() {
    let (world, cluster) = failed("retry: {backoff: {first: 2m, factor: 3, max: 5m}}\n");
    for _ in 0..2 {
        assert!(matches!(ended(&world, &cluster), Relaunched::Waiting(..)));
    }
    assert_eq!((world.timers().len(), world.clusters().len()), (1, 1));
    assert_eq!(row(&world).status, Status::Failed);
    assert_eq!(world.notified(INFORMATION).len(), 1);
    world.pass(SignedDuration::from_secs(121));
    let timer = world.due().remove(0);
    for _ in 0..2 {
        relaunched(&world, &timer.event).unwrap();
    }
    assert_eq!((world.clusters().len(), row(&world).attempt), (2, Attempt(2)));
}

#[test]
fn a_timer_that_cannot_be_set_is_told_as_an_error_and_the_sweeper_stands_in() {
    for kind in [Kind::Throttled, Kind::Denied, Kind::Unknown] {
        let (world, cluster) = failed("retry: {backoff: {first: 2m}}\n");
        let fates = Fates::listed([(At::Next("timers.set"), Fate::Fails(kind))]);
        let error =
            call(&world, &settings_of_relaunch(), &end_event(&cluster), "r", fates).returned().unwrap();
        assert_eq!(error.unwrap_err().code(), "relaunch.timers");
        assert!(row(&world).announced && row(&world).decided().is_some());
        world.pass(SignedDuration::from_mins(6));
        crate::sweeping::swept(&world);
        assert_eq!((row(&world).attempt, world.clusters().len()), (Attempt(2), 2), "{kind:?}");
    }
}

#[test]
fn a_pipeline_that_changed_since_is_resumed_only_where_what_completed_is_as_it_was() {
    let changed_owed = STEPS.replace("model.py", "model_fixed.py");
    let changed_done = STEPS.replace("source.py", "other.py");
    let vanished = STEPS.replace("Name: model", "Name: mart");
    let inserted = STEPS.replace(
        "Steps:\n",
        "Steps:\n- {Name: first, HadoopJarStep: {Jar: command-runner.jar, Args: [x]}}\n",
    );
    for (steps, why) in [
        (changed_owed, None),
        (changed_done, Some("step source has changed since it completed")),
        (vanished, Some("step model is owed, and is no longer in the pipeline")),
        (inserted, Some("the steps before the resume point have changed")),
        ("Steps: [".to_owned(), Some("the pipeline is wrong")),
    ] {
        let (world, cluster) = failed(AT_ONCE);
        world.put_document(&folder(), "steps.yaml", steps);
        ended(&world, &cluster);
        match why {
            None => assert_eq!(world.clusters().len(), 2),
            Some(why) => assert!(given_up(&world).contains(why), "{}", given_up(&world)),
        }
    }
}

#[test]
fn a_folder_that_is_gone_stops_the_relaunch_and_is_told() {
    let (world, cluster) = failed(AT_ONCE);
    world.remove_documents(&folder());
    assert!(matches!(ended(&world, &cluster), Relaunched::GivenUp(..)));
    assert!(given_up(&world).contains("there is no pipeline s3://config/pdm"));
}

#[test]
fn a_folder_that_breaks_while_the_relaunch_waits_gives_it_up_and_tells_again() {
    let (world, cluster) = failed("retry: {backoff: {first: 2m}}\n");
    ended(&world, &cluster);
    world.put_document(&folder(), "steps.yaml", "Steps: {");
    world.pass(HOUR);
    let timer = world.due().remove(0);
    assert!(matches!(relaunched(&world, &timer.event).unwrap(), Relaunched::GivenUp(..)));
    assert!(given_up(&world).contains("wrong"));
    assert_eq!((world.notified(INFORMATION).len(), world.notified(CRITICAL).len()), (1, 1));
}

#[test]
fn throttling_costs_no_attempt_and_loses_no_cause() {
    let (world, cluster) = failed(AT_ONCE);
    for _ in 0..4 {
        let fates = Fates::listed([(At::Next("clusters.start"), Fate::Fails(Kind::Throttled))]);
        let error =
            call(&world, &settings_of_relaunch(), &end_event(&cluster), "r", fates).returned().unwrap();
        assert_eq!(error.unwrap_err().code(), "relaunch.launch");
        let run = row(&world);
        assert_eq!(
            (run.attempt, run.status, run.cluster_id.as_ref()),
            (Attempt(1), Status::Failed, Some(&cluster))
        );
        assert!(run.cause.is_some() && run.announced);
    }
    ended(&world, &cluster);
    assert_eq!((row(&world).attempt, world.clusters().len()), (Attempt(2), 2));
}

#[test]
fn a_request_that_emr_refuses_the_second_time_is_told_and_not_tried_again() {
    let (world, cluster) = failed(AT_ONCE);
    let fates = Fates::listed([(At::Next("clusters.start"), Fate::Fails(Kind::Refused))]);
    let error = call(&world, &settings_of_relaunch(), &end_event(&cluster), "r", fates).returned().unwrap();
    assert!(error.is_err());
    assert_eq!((row(&world).outcome, row(&world).attempt), (Some(Outcome::Validation), Attempt(2)));
    ended(&world, &cluster);
    assert_eq!(
        (world.clusters().len(), given_up(&world).as_str()),
        (1, "the same request would be refused again")
    );
}

#[test]
fn a_relauncher_that_dies_anywhere_is_finished_by_the_next_delivery() {
    let calls = {
        let (world, cluster) = failed(AT_ONCE);
        world.decree(Fates::fine());
        let invocation = invocation(&world, "r");
        run(
            &world,
            relaunch(&world, &settings_of_relaunch(), asked(&end_event(&cluster)).unwrap(), &invocation),
        );
        world.calls().len()
    };
    assert!(calls > 15, "{calls}");
    for number in 0..calls {
        for fate in [
            Fate::CrashBefore,
            Fate::CrashAfter,
            Fate::LosesAnswer,
            Fate::Stale,
            Fate::Fails(Kind::Throttled),
        ] {
            let (world, cluster) = failed(AT_ONCE);
            let fates = Fates::listed([(At::Number(number), fate)]);
            call(&world, &settings_of_relaunch(), &end_event(&cluster), "r", fates);
            world.pass(SignedDuration::from_mins(2));
            ended(&world, &cluster);
            let run = row(&world);
            assert_eq!((run.attempt, run.status), (Attempt(2), Status::InProgress), "{fate:?} at {number}");
            assert_eq!(world.living_clusters(), [run.cluster_id.unwrap()], "{fate:?} at {number}");
            assert_eq!(world.clusters().len(), 2, "{fate:?} at {number}");
        }
    }
}

fn wish(wish: Value) -> Value {
    json!({"resume": wish})
}

#[test]
fn a_person_resumes_what_was_given_up_where_it_stands_or_where_they_say() {
    for (from, expected) in [(None, vec!["model", "report"]), (Some("report"), vec!["report"])] {
        let (world, cluster) = failed("retry: {max_attempts: 1}\n");
        ended(&world, &cluster);
        let event = wish(json!({"correlation_id": "nightly-1", "attempt": 1, "from": from}));
        assert!(matches!(relaunched(&world, &event), Ok(Relaunched::Launched(_))), "{from:?}");
        assert_eq!(step_names(&world, 1), expected);
        let again = relaunched(&world, &event).unwrap_err();
        assert_eq!((again.code(), world.clusters().len()), ("relaunch.not_resumable", 2));
    }
}

#[test]
fn a_person_resumes_a_run_whose_end_nobody_has_recorded_yet() {
    let (world, _) = failed("retry: {max_attempts: 1}\n");
    let event = wish(json!({"correlation_id": "nightly-1"}));
    assert!(matches!(relaunched(&world, &event), Ok(Relaunched::Launched(_))));
    assert_eq!(step_names(&world, 1), ["model", "report"]);
}

#[test]
fn a_wish_that_cannot_be_met_says_why_and_changes_nothing() {
    let (world, cluster) = running(AT_ONCE);
    let at = |member: &str| wish(json!({"correlation_id": "nightly-1", "from": member}));
    let alive = relaunched(&world, &at("model")).unwrap_err();
    assert!(alive.to_string().contains("attempt 1 is IN_PROGRESS, not failed"), "{alive}");
    fail_at(&world, &cluster, 1);
    record_all(&world, &world.emr_events());
    let unknown = relaunched(&world, &at("modle")).unwrap_err();
    assert!(unknown.to_string().contains("did you mean model?"), "{unknown}");
    let nobody = relaunched(&world, &wish(json!({"correlation_id": "nightly-2"}))).unwrap_err();
    assert!(nobody.to_string().contains("there is no run nightly-2"), "{nobody}");
    assert_eq!(world.clusters().len(), 1);
}

#[test]
fn a_failed_continue_step_fails_the_run_where_the_definition_says_so() {
    let steps = STEPS.replacen("TERMINATE_CLUSTER", "CONTINUE", 1);
    for (asked, expected) in [("true", Some(vec!["source".to_owned()])), ("false", None)] {
        let world = world();
        world.put_document(&folder(), "steps.yaml", steps.clone());
        let definition = format!("retry: {{continue_fails: {asked}, backoff: {{first: 0s}}}}");
        world.put_document(&folder(), "pipeline.yaml", definition);
        launched(&world, &event(), "one").unwrap();
        let cluster = world.living_clusters()[0].clone();
        world.finish_step(&cluster, 0, StepState::Failed);
        world.finish_step(&cluster, 1, StepState::Completed);
        world.finish_step(&cluster, 2, StepState::Completed);
        world.bring_down(&cluster);
        ended(&world, &cluster);
        assert_eq!((world.clusters().len() == 2).then(|| step_names(&world, 1)), expected, "{asked}");
    }
}

#[test]
fn of_steps_side_by_side_whatever_is_not_completed_runs_again() {
    let world = world();
    world.put_document(&folder(), "cluster.yaml", format!("{CLUSTER}StepConcurrencyLevel: 3\n"));
    world.put_document(&folder(), "steps.yaml", STEPS.replace("TERMINATE_CLUSTER", "CONTINUE"));
    world.put_document(&folder(), "pipeline.yaml", AT_ONCE);
    launched(&world, &event(), "one").unwrap();
    let cluster = world.living_clusters()[0].clone();
    (0..3).for_each(|place| world.start_step(&cluster, place));
    for (place, state) in [(1, StepState::Failed), (0, StepState::Completed), (2, StepState::Completed)] {
        world.finish_step(&cluster, place, state);
    }
    world.bring_down(&cluster);
    ended(&world, &cluster);
    assert_eq!(step_names(&world, 1), ["model"]);
}

/// A row that a script on the master node wrote, for a cluster that another launcher made.
fn foreign(world: &World, current_step: Option<&str>) -> ClusterId {
    world.put_document(&folder(), "pipeline.yaml", AT_ONCE);
    launched(world, &json!({"pipeline": "pdm", "correlation_id": "theirs"}), "one").unwrap();
    let cluster = world.living_clusters()[0].clone();
    let ours = row(world);
    world.forget_rows();
    world.put_run(Run {
        launch: None,
        payload_hash: None,
        config_hash: None,
        owed: vec![],
        name: String::new(),
        s3_prefix: Some("snapshots/1".into()),
        current_step: current_step.map(str::to_owned),
        ..ours
    });
    cluster
}

#[test]
fn a_row_that_a_script_wrote_is_resumed_by_what_emr_shows() {
    let world = world();
    let cluster = foreign(&world, Some("source"));
    fail_at(&world, &cluster, 2);
    let Relaunched::Launched(answer) = ended(&world, &cluster) else { panic!("not launched") };
    assert!(matches!(*answer, Answer::Launched(_)));
    assert_eq!(step_names(&world, 1), ["report"]);
    assert_eq!((row(&world).attempt, row(&world).launch.is_some()), (Attempt(2), true));
}

#[test]
fn without_emrs_list_the_recorded_step_decides_and_nothing_is_guessed() {
    for (current, steps, expected) in [
        (Some("model"), STEPS.to_owned(), Ok(2)),
        (None, STEPS.to_owned(), Err("no CurrentStep")),
        (Some("other"), STEPS.to_owned(), Err("no step that is recorded as \"other\"")),
        (Some("model"), STEPS.replace("report.py", "model.py"), Err("several steps")),
    ] {
        let world = world();
        world.put_document(&folder(), "steps.yaml", steps);
        let cluster = foreign(&world, current);
        fail_at(&world, &cluster, 1);
        // The list is denied to the verb, not to the test; the recorder did not see it either.
        let fates = Fates::chosen(|call| match call.name {
            "clusters.steps" => Fate::Fails(Kind::Denied),
            _ => Fate::Fine,
        });
        call(&world, &settings_of_relaunch(), &end_event(&cluster), "r", fates).returned().unwrap().unwrap();
        match expected {
            Ok(steps) => assert_eq!(step_names(&world, 1).len(), steps),
            Err(why) => assert!(given_up(&world).contains(why), "{}", given_up(&world)),
        }
    }
}

#[test]
fn a_row_whose_attempts_cannot_be_counted_is_not_relaunched() {
    let world = world();
    let cluster = foreign(&world, Some("model"));
    let run = Run { flaw: Some("Run_Id is \"two\", which is no number".into()), ..row(&world) };
    world.put_run(run);
    fail_at(&world, &cluster, 1);
    ended(&world, &cluster);
    assert!(given_up(&world).contains("Run_Id is \"two\""));
}

#[test]
fn another_launcher_is_asked_once_where_a_topic_says_so() {
    let (world, cluster) = failed(AT_ONCE);
    world.put_topic(SNS);
    let settings = relaunch::Settings { sns_topic: Some(SNS.into()), ..settings_of_relaunch() };
    for _ in 0..2 {
        call(&world, &settings, &end_event(&cluster), "r", Fates::fine()).returned().unwrap().unwrap();
    }
    let run = row(&world);
    let expected = json!({"correlation_id": "nightly-1", "s3_prefix": null, "snapshot_type": null, "export_date": run.date});
    assert_eq!(world.sent(), [expected]);
    assert_eq!((world.clusters().len(), run.decided().unwrap().course.clone()), (1, Course::HandOver));
}

#[test]
fn another_launcher_that_may_have_been_asked_is_not_asked_again_and_people_are_told() {
    for (call_name, fate) in [
        ("notices.send", Fate::CrashBefore),
        ("notices.send", Fate::CrashAfter),
        ("runs.apply", Fate::CrashAfter),
    ] {
        let (world, cluster) = failed(AT_ONCE);
        record_all(&world, &world.emr_events());
        world.put_topic(SNS);
        let settings = relaunch::Settings { sns_topic: Some(SNS.into()), ..settings_of_relaunch() };
        let fates = Fates::listed([(At::Next(call_name), fate)]);
        call(&world, &settings, &end_event(&cluster), "r", fates);
        world.pass(HOUR);
        call(&world, &settings, &end_event(&cluster), "s", Fates::fine()).returned().unwrap().unwrap();
        assert!(world.sent().len() <= 1);
        assert!(given_up(&world).contains("may or may not have been asked"));
    }
}

#[test]
fn events_that_are_not_ours_change_nothing() {
    let (world, _) = running(AT_ONCE);
    let before = world.table();
    let stranger = ClusterId::parse("j-STRANGER").unwrap();
    assert!(
        matches!(ended(&world, &stranger), Relaunched::Ignored(why) if why.contains("does not carry our tags"))
    );
    for event in [
        json!({}),
        json!([1]),
        json!({"detail-type": "EMR Cluster State Change", "detail": {"clusterId": "x"}}),
    ] {
        assert!(matches!(relaunched(&world, &event), Ok(Relaunched::Ignored(_))));
    }
    assert_eq!(world.table(), before);
}

#[test]
fn an_end_that_emr_does_not_show_yet_is_asked_for_again() {
    let (world, cluster) = running(AT_ONCE);
    world.start_step(&cluster, 0);
    let error = relaunched(&world, &end_event(&cluster)).unwrap_err();
    assert_eq!((error.code(), error.remedy()), ("relaunch.record", pipeline::failure::Remedy::Retry));
}
