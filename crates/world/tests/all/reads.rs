//! Documents, secrets, logs, and what was told.

use pipeline::announcement::{Notification, RunStateChange};
use pipeline::failure::Kind;
use pipeline::ports::{Documents, Location, Logs, Notices, Secrets};
use pipeline::run::Outcome;

use crate::given::*;

fn folder(name: &str) -> Location {
    Location::S3 { bucket: "config".into(), folder: name.into() }
}

#[test]
fn a_file_is_read_as_it_was_laid_down_and_one_that_is_not_there_is_none() {
    let world = world();
    world.put_document(&folder("pdm"), "cluster.yaml", "Name: pdm");
    let read = |name| returned(&world, world.read(&folder("pdm"), name));
    assert_eq!(read("cluster.yaml"), Ok(Some(b"Name: pdm".to_vec())));
    assert_eq!(read("steps.yaml"), Ok(None));
}

#[test]
fn a_bucket_that_does_not_exist_is_not_an_absent_file() {
    let world = world();
    let failure = returned(&world, world.read(&folder("pdm"), "cluster.yaml")).unwrap_err();
    assert_eq!((failure.kind, failure.word.as_str()), (Kind::NotFound, "NoSuchBucket"));
}

#[test]
fn neighbours_are_the_folders_beside_one() {
    let world = world();
    for name in ["team/pdm", "team/adg", "team/adg/queries", "other"] {
        world.put_document(&folder(name), "cluster.yaml", "");
    }
    assert_eq!(returned(&world, world.neighbours(&folder("team/pmd"))).unwrap(), ["adg", "pdm"]);
    assert_eq!(returned(&world, world.neighbours(&folder("teem"))).unwrap(), ["other", "team"]);
}

#[test]
fn secrets_and_parameters_are_kept_apart() {
    let world = world();
    world.put_secret("metastore", "hunter2");
    world.put_parameter("/relay/list", "a,b");
    assert_eq!(returned(&world, world.secret("metastore")).unwrap().reveal(), "hunter2");
    assert_eq!(returned(&world, world.parameter("/relay/list")).unwrap().reveal(), "a,b");
    assert_eq!(returned(&world, world.secret("/relay/list")).unwrap_err().kind, Kind::NotFound);
    assert_eq!(returned(&world, world.parameter("metastore")).unwrap_err().kind, Kind::NotFound);
}

#[test]
fn a_log_is_there_once_it_has_arrived() {
    let world = world();
    assert_eq!(returned(&world, world.step_log("s3://logs/s-1/")), Ok(None));
    world.put_step_log("s3://logs/s-1/", "Traceback");
    assert_eq!(returned(&world, world.step_log("s3://logs/s-1/")), Ok(Some("Traceback".into())));
}

#[test]
fn what_is_told_is_kept_and_a_topic_that_does_not_exist_refuses() {
    let world = attached();
    let change = RunStateChange::of(&row(&world), Outcome::Succeeded, None, at(60));
    let notification = Notification::of(&change);
    world.put_topic("arn:information");
    returned(&world, world.publish(&change)).unwrap();
    returned(&world, world.notify("arn:information", &notification)).unwrap();
    let refused = returned(&world, world.notify("arn:nobody", &notification)).unwrap_err();
    assert_eq!(refused.kind, Kind::NotFound);
    assert_eq!(world.published(), [change]);
    assert_eq!(world.notified("arn:information"), [notification]);
    assert_eq!(world.notified("arn:nobody"), []);
}
