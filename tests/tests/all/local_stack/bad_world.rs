//! What does not answer, or says no: the right remedy, and nothing lost or started twice.

use serde_json::json;

use super::bad_folders::{assert_one_error, assert_untouched};
use super::given::{ends_of, put_pipeline, text};
use crate::support::function::Launcher;
use crate::support::queue::Queue;
use crate::support::stack::stack;

const METASTORE: &str = "\
Configurations:
  - Classification: hive-site
    Properties: {javax.jdo.option.ConnectionPassword: SECRET}
";

#[test]
fn a_secret_that_does_not_serve_stops_the_launch() {
    let stack = stack();
    stack.put_secret("bad-secret/other-key", r#"{"passwort": "hunter2"}"#);
    stack.put_secret("bad-secret/no-json", "hunter2");
    let launcher = Launcher::new(stack, "bad-secret-launcher", 60, json!({}));
    for (number, (secret, told)) in [
        ("bad-secret/absent", "there is none of that name"),
        ("bad-secret/other-key", "passwort"),
        ("bad-secret/no-json", "JSON"),
    ]
    .into_iter()
    .enumerate()
    {
        let pipeline = format!("bad-secret-{number}");
        put_pipeline(stack, &pipeline, &[("only", "true")]);
        stack.put_file(&pipeline, "configurations.yaml", METASTORE.replace("SECRET", secret).as_bytes());
        let invoked = launcher.invoke(&json!({"pipeline": pipeline, "correlation_id": "bad-secret"}));
        assert_one_error(&invoked, secret, "launch.secrets", "give_up", told);
    }
    assert_untouched(stack, &launcher, "bad-secret");
    assert!(!launcher.log().contains("hunter2"));
}

#[test]
fn a_bucket_that_cannot_be_read_stops_the_launch() {
    let stack = stack();
    put_pipeline(stack, "bad-bucket", &[("only", "true")]);
    let launcher = Launcher::new(stack, "bad-bucket-launcher", 60, json!({}));
    let event = json!({"pipeline": "bad-bucket", "correlation_id": "bad-bucket"});
    let elsewhere = json!({"pipeline": "bad-bucket", "correlation_id": "bad-bucket",
                           "s3_overrides": {"emr_launcher_config_s3_bucket": "bad-bucket-nowhere"}});
    let invoked = launcher.invoke(&elsewhere);
    assert_one_error(&invoked, "no bucket", "launch.documents", "give_up", "NoSuchBucket");
    stack.disturb(
        json!({"kind": "error_before", "service": "s3", "function": launcher.name, "times": "always",
                         "status": 403, "code": "AccessDenied", "message": "Access Denied"}),
    );
    let invoked = launcher.invoke(&event);
    assert_one_error(&invoked, "denied", "launch.documents", "give_up", "AccessDenied");
    assert_untouched(stack, &launcher, "bad-bucket");
}

#[test]
fn a_table_that_does_not_exist_stops_the_launch() {
    let stack = stack();
    put_pipeline(stack, "bad-table", &[("only", "true")]);
    let launcher = Launcher::new(stack, "bad-table-launcher", 60, json!({"TABLE_NAME": "nowhere"}));
    let invoked = launcher.invoke(&json!({"pipeline": "bad-table", "correlation_id": "bad-table"}));
    assert_one_error(&invoked, "no table", "launch.runs", "give_up", "ResourceNotFoundException");
    assert_untouched(stack, &launcher, "bad-table");
}

#[test]
fn settings_that_are_missing_are_all_named_by_the_function_that_does_not_start() {
    let stack = stack();
    let variables = json!({"TABLE_NAME": "", "EMR_LAUNCHER_CONFIG_S3_BUCKET": ""});
    let launcher = Launcher::new(stack, "bad-settings-launcher", 10, variables);
    let invoked = launcher.invoke(&json!({"pipeline": "any"}));
    assert!(invoked.failed);
    let log = launcher.log();
    assert!(
        log.contains("TABLE_NAME is not set") && log.contains("EMR_LAUNCHER_CONFIG_S3_BUCKET is not set"),
        "{log}"
    );
}

#[test]
fn a_request_that_emr_refuses_is_recorded_as_failed_and_told_once() {
    let stack = stack();
    put_pipeline(stack, "refused", &[("only", "true")]);
    stack.put_file("refused", "configurations.yaml", b"SecurityConfiguration: nowhere\n");
    let events = ends_of(stack, "refused");
    let people = Queue::of_topic(stack, "refused-people", stack.text("/topics/critical"));
    let launcher = Launcher::new(stack, "refused-launcher", 60, json!({}));
    let event = json!({"pipeline": "refused", "correlation_id": "refused-1"});
    let invoked = launcher.invoke(&event);
    assert_one_error(&invoked, "refused", "launch.refused", "give_up", "nowhere");

    let end = events.next();
    assert_eq!((text(&end, "/detail/status"), text(&end, "/detail/outcome")), ("FAILED", "VALIDATION"));
    let run = stack.run("refused-1").unwrap();
    assert_eq!((text(&run, "/Status"), text(&run, "/Outcome")), ("FAILED", "VALIDATION"), "{run}");
    assert!(text(&run, "/Cause/message").contains("nowhere"), "{run}");
    people.next_with(|told| text(told, "/metadata/threadId") == "refused-1");
    let again = launcher.invoke(&event);
    assert_eq!(text(again.ok(), "/status"), "FAILED");
    assert!(events.is_empty(), "told twice");
    assert!(stack.clusters("refused").is_empty());
}

#[test]
fn another_event_under_a_name_that_is_taken_is_refused() {
    let stack = stack();
    put_pipeline(stack, "taken", &[("only", "true")]);
    let launcher = Launcher::new(stack, "taken-launcher", 60, json!({}));
    launcher.invoke(&json!({"pipeline": "taken", "correlation_id": "taken-1"})).ok();
    let other = json!({"pipeline": "taken", "correlation_id": "taken-1", "s3_prefix": "other"});
    let invoked = launcher.invoke(&other);
    assert_one_error(&invoked, "taken", "launch.payload_differs", "give_up", "taken-1");
    assert_eq!(stack.clusters("taken").len(), 1);
}
