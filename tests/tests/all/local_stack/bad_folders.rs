//! What people write wrongly: one typed error in the answer, the same in one line of the log, and nothing started.

use serde_json::{Value, json};

use super::given::{INSTANCES, cluster, put_pipeline, steps};
use crate::support::function::{Invoked, Launcher};
use crate::support::stack::{Stack, stack};

/// One error, told in the answer and in one line of the log alike, with its remedy.
pub(crate) fn assert_one_error(invoked: &Invoked, case: &str, code: &str, remedy: &str, told: &str) {
    assert!(invoked.failed, "{case}: {invoked:?}");
    assert_eq!(invoked.answer["errorType"], code, "{case}: {}", invoked.answer);
    let message = invoked.answer["errorMessage"].as_str().unwrap();
    assert!(message.contains(told), "{case}: {message}");
    let errors = invoked.errors();
    assert_eq!(errors.len(), 1, "{case}: {errors:#?}");
    assert_eq!((&errors[0]["error.code"], &errors[0]["remedy"]), (&json!(code), &json!(remedy)), "{case}");
    assert_eq!(errors[0]["message"], message, "{case}");
}

/// Nothing was claimed and nothing started.
pub(crate) fn assert_untouched(stack: &Stack, launcher: &Launcher, correlation_id: &str) {
    assert!(stack.rows(correlation_id).is_empty(), "{:?}", stack.rows(correlation_id));
    let calls = stack.calls_of(&launcher.name);
    assert!(!calls.iter().any(|call| call == "emr RunJobFlow"), "{calls:?}");
}

/// Nine levels of nine aliases each.
fn bomb() -> String {
    let levels = (1..9)
        .map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", ")));
    format!("Name: bomb\na0: &a0 [lol]\n{}", levels.collect::<String>())
}

/// What is wrong, the file that it is in, what is in that file, and what is told.
fn wrong_files() -> Vec<(&'static str, &'static str, Vec<u8>, &'static str)> {
    let good = cluster("bad-folders");
    let with = |more: &str| format!("{good}{more}").into_bytes();
    let many: Vec<(String, &str)> = (0..300).map(|number| (format!("step-{number}"), "true")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(name, command)| (name.as_str(), *command)).collect();
    let deep = INSTANCES.replace("InstanceCount", "InstanceCout");
    vec![
        ("an empty file", "cluster.yaml", vec![], "cluster.yaml is empty"),
        ("a bomb", "cluster.yaml", bomb().into_bytes(), "cluster.yaml:"),
        ("bytes that are no text", "cluster.yaml", b"Name: caf\xe9\n".to_vec(), "UTF-8"),
        ("a tab", "cluster.yaml", with("Tags:\n\t- {Key: a, Value: b}\n"), "tab"),
        ("a key twice", "cluster.yaml", with("LogUri: s3://other/\n"), "LogUri"),
        ("a number for a text", "cluster.yaml", with("CustomAmiId: 12\n"), "cluster.yaml:6:"),
        ("an unknown member", "instances.yaml", deep.into_bytes(), "did you mean InstanceCount?"),
        ("300 steps", "steps.yaml", steps(&many).into_bytes(), "300 steps; EMR takes 256"),
    ]
}

#[test]
fn a_file_that_is_wrong_is_told_once_with_its_place() {
    let stack = stack();
    let launcher = Launcher::new(stack, "bad-folders-launcher", 60, json!({}));
    for (number, (case, file, content, told)) in wrong_files().into_iter().enumerate() {
        let pipeline = format!("bad-folders-{number}");
        put_pipeline(stack, &pipeline, &[("only", "true")]);
        stack.put_file(&pipeline, file, &content);
        let invoked = launcher.invoke(&json!({"pipeline": pipeline, "correlation_id": "bad-folders"}));
        assert_eq!(invoked.answer["errorType"].as_str().map(|code| &code[..7]), Some("launch."), "{case}");
        let code = invoked.answer["errorType"].as_str().unwrap();
        assert!(["launch.folder", "launch.plan"].contains(&code), "{case}: {code}");
        assert_one_error(&invoked, case, code, "give_up", told);
        assert!(
            invoked.answer["errorMessage"].as_str().unwrap().contains(file),
            "{case}: {}",
            invoked.answer
        );
    }
    assert_untouched(stack, &launcher, "bad-folders");
}

#[test]
fn a_file_that_is_absent_is_told_once() {
    let stack = stack();
    stack.put_file("bad-half", "cluster.yaml", cluster("bad-half").as_bytes());
    let launcher = Launcher::new(stack, "bad-half-launcher", 60, json!({}));
    let invoked = launcher.invoke(&json!({"pipeline": "bad-half", "correlation_id": "bad-half"}));
    assert_one_error(
        &invoked,
        "half a folder",
        "launch.folder",
        "give_up",
        "instances.yaml is not in the folder",
    );
    assert_untouched(stack, &launcher, "bad-half");
}

#[test]
fn an_event_that_is_wrong_is_told_once() {
    let stack = stack();
    put_pipeline(stack, "bad-events", &[("only", "true")]);
    let launcher = Launcher::new(stack, "bad-events-launcher", 60, json!({}));
    let event = |more: Value| {
        let mut event = json!({"pipeline": "bad-events", "correlation_id": "bad-events"});
        event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        event
    };
    let sns =
        json!({"Records": [{"EventSource": "aws:sns", "Sns": {"MessageId": "m", "Message": "no JSON"}}]});
    for (case, event, code, told) in [
        ("no JSON inside", sns, "launch.envelope", "the SNS message is not JSON"),
        (
            "an unknown pipeline",
            event(json!({"pipeline": "bad-event"})),
            "launch.unknown_pipeline",
            "did you mean bad-events?",
        ),
        ("no pipeline", json!({}), "launch.no_pipeline", "EMR_LAUNCHER_CONFIG_S3_FOLDER"),
        ("an unknown member", event(json!({"dryrun": true})), "launch.event", "did you mean dry_run?"),
        (
            "an override of nothing",
            event(json!({"overrides": {"Instances": {"InstanceGroup": []}}})),
            "launch.plan",
            "did you mean InstanceGroups?",
        ),
        (
            "an unknown step",
            event(json!({"additional_step_args": {"onyl": ["x"]}})),
            "launch.plan",
            "did you mean only?",
        ),
        ("a list that is none", event(json!({"extend": {"Name": "x"}})), "launch.plan", "cannot be extended"),
        ("a body that is no object", json!([1]), "launch.event", ""),
    ] {
        let invoked = launcher.invoke(&event);
        assert_one_error(&invoked, case, code, "give_up", told);
    }
    assert_untouched(stack, &launcher, "bad-events");
}
