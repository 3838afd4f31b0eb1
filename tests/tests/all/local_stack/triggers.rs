//! What may start a launch: a call, a topic, a queue, a bus.

use serde_json::{Value, json};

use super::given::{ends_of, put_pipeline, text};
use crate::support::function::Launcher;
use crate::support::queue::Queue;
use crate::support::stack::stack;

fn completed(end: &Value) -> &str {
    assert_eq!(text(end, "/detail/status"), "COMPLETED", "{end}");
    text(end, "/detail/correlation_id")
}

#[test]
fn a_message_of_a_topic_launches_a_run_named_by_the_message() {
    let stack = stack();
    put_pipeline(stack, "topical", &[("only", "true")]);
    let events = ends_of(stack, "topical");
    let launcher = Launcher::new(stack, "topical-launcher", 60, json!({}));
    let topic = stack.call("sns", "create_topic", json!({"Name": "topical"}))["TopicArn"].take();
    let subscription = json!({"TopicArn": topic, "Protocol": "lambda", "Endpoint": launcher.arn});
    stack.call("sns", "subscribe", subscription);
    let message = json!({"pipeline": "topical"}).to_string();
    let sent = stack.call("sns", "publish", json!({"TopicArn": topic, "Message": message}));

    assert_eq!(completed(&events.next()), text(&sent, "/MessageId"));
    assert_eq!(stack.clusters("topical").len(), 1);
}

#[test]
fn an_event_of_the_bus_launches_a_run_named_by_the_event() {
    let stack = stack();
    put_pipeline(stack, "bussed", &[("only", "true")]);
    let events = ends_of(stack, "bussed");
    let launcher = Launcher::new(stack, "bussed-launcher", 60, json!({}));
    let rule = json!({"Name": "bussed", "EventPattern": json!({"source": ["team.exports"]}).to_string()});
    stack.call("events", "put_rule", rule);
    stack.call(
        "events",
        "put_targets",
        json!({"Rule": "bussed", "Targets": [{"Id": "1", "Arn": launcher.arn}]}),
    );
    let entry = json!({"Source": "team.exports", "DetailType": "Export Finished",
                       "Detail": json!({"pipeline": "bussed"}).to_string()});
    let sent = stack.call("events", "put_events", json!({"Entries": [entry]}));

    assert_eq!(completed(&events.next()), text(&sent, "/Entries/0/EventId"));
    assert_eq!(stack.clusters("bussed").len(), 1);
}

#[test]
fn every_message_of_a_batch_counts_and_a_broken_one_comes_back_alone() {
    let stack = stack();
    put_pipeline(stack, "batched", &[("only", "true")]);
    let events = ends_of(stack, "batched");
    let launcher = Launcher::new(stack, "batched-launcher", 60, json!({}));
    let dead = Queue::new(stack, "batched-dead", json!({}));
    let redrive = json!({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 1}).to_string();
    let queue =
        Queue::new(stack, "batched-queue", json!({"RedrivePolicy": redrive, "VisibilityTimeout": "1"}));
    let ids = queue.send(&[
        r#"{"pipeline": "batched"}"#,
        "no JSON",
        r#"{"pipeline": "batched", "s3_prefix": "p"}"#,
    ]);
    let mapping = json!({"EventSourceArn": queue.arn, "FunctionName": launcher.name, "BatchSize": 10,
                         "FunctionResponseTypes": ["ReportBatchItemFailures"]});
    stack.call("lambda", "create_event_source_mapping", mapping);

    let (one, other) = (events.next(), events.next());
    let mut ended = [completed(&one), completed(&other)];
    ended.sort_unstable();
    let mut sent = [ids[0].as_str(), ids[2].as_str()];
    sent.sort_unstable();
    assert_eq!(ended, sent);
    assert_eq!(dead.next_text(), "no JSON");
    assert!(queue.is_empty() && dead.is_empty());
    assert_eq!(stack.clusters("batched").len(), 2);
    let log = launcher.log();
    let errors: Vec<&str> = log.lines().filter(|line| line.contains("\"ERROR\"")).collect();
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].contains(&ids[1]) && errors[0].contains("launch.envelope"), "{errors:?}");
}

#[test]
fn objects_that_arrive_give_their_names_to_every_step() {
    let stack = stack();
    put_pipeline(stack, "landing", &[("only", "true")]);
    let events = ends_of(stack, "landing");
    let variables = json!({"EMR_LAUNCHER_CONFIG_S3_FOLDER": "landing"});
    let launcher = Launcher::new(stack, "landing-launcher", 60, variables);
    let object = |key: &str| {
        json!({"eventSource": "aws:s3", "eventTime": "2026-11-21T02:00:00.000Z",
               "s3": {"bucket": {"name": "in"}, "object": {"key": key, "sequencer": key}}})
    };
    let body = json!({"Records": [object("a+b/1.csv"), object("2.csv")]}).to_string();
    let record = json!({"eventSource": "aws:sqs", "messageId": "m-1", "body": body});
    let answer = launcher.invoke(&json!({"Records": [record]}));
    assert_eq!(answer.ok()["batchItemFailures"], json!([]), "{answer:?}");

    let ends = [events.next(), events.next()];
    let first = ends.iter().find(|end| completed(end) == "m-1").unwrap();
    assert!(ends.iter().any(|end| completed(end) == "m-1-1"), "{ends:?}");
    let steps = json!({"ClusterId": first["detail"]["cluster_id"]});
    let steps = stack.call("emr", "list_steps", steps);
    let expected = json!([
        "--correlation_id",
        "m-1",
        "--s3_bucket_name",
        "in",
        "--s3_prefix",
        "a b/1.csv",
        "--export_date",
        "2026-11-21"
    ]);
    let args = steps["Steps"][0]["Config"]["Args"].as_array().unwrap();
    assert_eq!(json!(args[3..]), expected);
}

#[test]
fn the_same_event_twenty_times_at_once_is_one_cluster() {
    let stack = stack();
    put_pipeline(stack, "crowded", &[("only", "true")]);
    let events = ends_of(stack, "crowded");
    let launcher = Launcher::new(stack, "crowded-launcher", 60, json!({}));
    // Slow enough for all of them to find the first at work.
    stack.disturb(json!({"kind": "latency", "service": "emr", "operation": "RunJobFlow", "ms": 3000,
                         "function": launcher.name, "times": "always"}));
    let event = json!({"pipeline": "crowded", "correlation_id": "crowded-1"});
    let answers = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..20).map(|_| scope.spawn(|| launcher.invoke(&event))).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect::<Vec<_>>()
    });

    completed(&events.next());
    let clusters = stack.clusters("crowded");
    assert_eq!(clusters.len(), 1);
    for answer in &answers {
        let told = if answer.failed {
            text(&answer.answer, "/errorType")
        } else {
            text(&answer.answer, "/JobFlowId")
        };
        assert!(told == clusters[0] || told == "launch.in_flight", "{answer:?}");
    }
    assert!(answers.iter().any(|answer| !answer.failed));
    assert!(events.is_empty());
}
