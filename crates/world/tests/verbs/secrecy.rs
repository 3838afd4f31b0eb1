//! No secret value reaches a row, a plan, an answer, an error or a notification.

use pipeline::failure::{Explained, Kind};
use pipeline::run::StepState;
use serde_json::json;
use world::{At, Fate, Fates};

use crate::given::*;
use crate::recording::record_all;
use crate::relaunching::ended;

#[test]
fn the_secret_reaches_the_request_and_nothing_else() {
    let world = world();
    let plan = launched(&world, &json!({"pipeline": "pdm", "dry_run": true}), "one").unwrap();
    assert_eq!(
        plan["request"]["Configurations"][0]["Properties"]["javax.jdo.option.ConnectionPassword"],
        "***"
    );
    let answer = launched(&world, &event(), "one").unwrap();
    let cluster = world.clusters()[0].clone();
    let configurations = cluster.request.configurations.clone().unwrap();
    let sent = configurations[0].properties.clone().unwrap();
    assert_eq!(sent["javax.jdo.option.ConnectionPassword"], CANARY);

    world.start_step(&cluster.id, 0);
    world.finish_step(&cluster.id, 0, StepState::Failed);
    world.bring_down(&cluster.id);
    record_all(&world, &world.emr_events());
    ended(&world, &cluster.id);
    let notices = (world.published(), world.notified(CRITICAL));
    assert_eq!(notices.0.len(), 1);
    assert_eq!(world.clusters().len(), 1, "the next attempt waits for its time");
    let seen = format!("{plan} {answer} {:?} {notices:?}", world.table());
    assert!(!seen.contains(CANARY), "{seen}");
}

#[test]
fn a_secret_that_does_not_serve_stops_the_launch_without_being_shown() {
    for (secret, told) in [
        (None, "there is none of that name"),
        (Some(CANARY.to_owned()), "is not a JSON object"),
        (Some(json!({"passwort": CANARY}).to_string()), "its keys: passwort"),
        (Some(json!({"password": "", "other": CANARY}).to_string()), "is empty"),
    ] {
        let world = world();
        world.put_document(&folder(), "configurations.yaml", CONFIGURATIONS.replace("metastore", "other"));
        if let Some(secret) = secret {
            world.put_secret("other", &secret);
        }
        let error = launched(&world, &event(), "one").unwrap_err();
        assert_eq!(error.code(), "launch.secrets");
        let shown = format!("{error} {error:?} {:?}", world.table());
        assert!(shown.contains(told) && !shown.contains(CANARY), "{shown}");
        assert!(world.clusters().is_empty() && world.table().runs.is_empty(), "{told}");
    }
}

#[test]
fn a_secret_store_that_is_busy_is_asked_again_later() {
    let world = world();
    let fates = Fates::listed([(At::Next("secrets.secret"), Fate::Fails(Kind::Throttled))]);
    let error = deliver(&world, &event(), "one", fates).returned().unwrap().unwrap_err();
    assert_eq!(error.remedy(), pipeline::failure::Remedy::Retry);
    launched(&world, &event(), "two").unwrap();
}
