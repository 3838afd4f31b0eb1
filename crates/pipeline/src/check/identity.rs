//! Rules about what a cluster is called, how it is labelled, where its logs go, and when it ends.

use super::view::View;
use crate::document::{Node, Path, Problem};

const LONGEST_NAME: usize = 256;
const MOST_TAGS: usize = 50;
const OUR_TAGS: [&str; 3] = ["Correlation_Id", "Run_Id", "Pipeline"];
const IDLE_SECONDS: std::ops::RangeInclusive<i64> = 60..=604_800;
const MOST_BOOTSTRAP_ACTIONS: usize = 16;

pub(super) fn check(view: &View<'_>) -> Vec<Problem> {
    let mut problems = tags(view);
    problems.extend(name(view));
    problems.extend(release(view));
    problems.extend(logs(view));
    problems.extend(idle_timeout(view));
    problems.extend(never_ends(view));
    problems.extend(bootstrap_actions(view));
    problems
}

fn name(view: &View<'_>) -> Option<Problem> {
    let path = Path::root().key("Name");
    match view.text(&["Name"])?.chars().count() {
        0 => Some(view.error("config.name", &path, "the cluster's Name is empty")),
        1..=LONGEST_NAME => None,
        length => {
            let message = format!("the cluster's Name has {length} characters; EMR takes {LONGEST_NAME}");
            Some(view.error("config.name", &path, message))
        }
    }
}

fn release(view: &View<'_>) -> Option<Problem> {
    match (view.get(&["ReleaseLabel"]), view.get(&["AmiVersion"])) {
        (Some(_), Some(_)) => {
            let message = "AmiVersion is for releases before 4.0 and cannot stand beside ReleaseLabel";
            Some(
                view.error("config.release", &Path::keys(&["AmiVersion"]), message).help("remove AmiVersion"),
            )
        }
        (None, None) => {
            let message = "there is no ReleaseLabel, so EMR would choose an AMI of its first releases";
            Some(
                view.warning("config.release", &Path::root(), message)
                    .help("add a ReleaseLabel such as emr-7.5.0"),
            )
        }
        (Some(_), None) | (None, Some(_)) => None,
    }
}

fn logs(view: &View<'_>) -> Option<Problem> {
    let message = "there is no LogUri, so nobody will learn why a step failed";
    let problem = || {
        view.warning("config.no_logs", &Path::root(), message).help("add a LogUri such as s3://BUCKET/logs/")
    };
    view.get(&["LogUri"]).is_none().then(problem)
}

fn idle_timeout(view: &View<'_>) -> Option<Problem> {
    let seconds = view.number(&["AutoTerminationPolicy", "IdleTimeout"])?;
    let path = Path::keys(&["AutoTerminationPolicy", "IdleTimeout"]);
    let message = format!("an IdleTimeout of {seconds} seconds; EMR takes 60 to 604800 (seven days)");
    (!IDLE_SECONDS.contains(&seconds)).then(|| view.error("config.idle_timeout", &path, message))
}

fn never_ends(view: &View<'_>) -> Option<Problem> {
    let path = Path::keys(&["Instances", "KeepJobFlowAliveWhenNoSteps"]);
    let stays = view.get(&["Instances", "KeepJobFlowAliveWhenNoSteps"]).and_then(Node::as_bool) == Some(true);
    if !stays || view.get(&["AutoTerminationPolicy"]).is_some() {
        return None;
    }
    let message = "the cluster stays alive without steps, and nothing ends it";
    let help = "add AutoTerminationPolicy with an IdleTimeout, or remove KeepJobFlowAliveWhenNoSteps";
    Some(view.warning("config.never_ends", &path, message).help(help))
}

fn bootstrap_actions(view: &View<'_>) -> Option<Problem> {
    let count = view.items(&["BootstrapActions"]).len();
    let message = format!("{count} bootstrap actions; EMR takes {MOST_BOOTSTRAP_ACTIONS}");
    let path = Path::keys(&["BootstrapActions"]);
    (count > MOST_BOOTSTRAP_ACTIONS).then(|| view.error("config.too_many_bootstrap_actions", &path, message))
}

fn tags(view: &View<'_>) -> Vec<Problem> {
    let tags = view.items(&["Tags"]);
    let path = Path::keys(&["Tags"]);
    let keys: Vec<Option<&str>> = tags.iter().map(|tag| tag.get("Key").and_then(Node::as_text)).collect();
    let mut problems: Vec<Problem> = Vec::new();
    for (index, key) in keys.iter().enumerate() {
        let path = path.index(index);
        let twice = keys.iter().take(index).any(|earlier| earlier == key);
        problems.extend(key.and_then(|key| tag(view, &path, key, twice)));
        problems.extend(tag_value(view, &path, tags.get(index).and_then(|tag| tag.get("Value")?.as_text())));
        if key.is_none() && tags.get(index).is_some_and(|tag| tag.get("Key").is_none()) {
            problems.push(view.error("config.tag", &path, "a tag has no Key"));
        }
    }
    let allowed = MOST_TAGS - OUR_TAGS.len();
    if tags.len() > allowed {
        let message = format!(
            "{} tags; with the {} that every launch adds, EMR takes {allowed}",
            tags.len(),
            OUR_TAGS.len()
        );
        problems.push(view.error("config.too_many_tags", &path, message));
    }
    problems
}

fn tag(view: &View<'_>, path: &Path, key: &str, twice: bool) -> Option<Problem> {
    let path = path.key("Key");
    let error = |message: String| Some(view.error("config.tag", &path, message));
    match key {
        "" => error("a tag's Key is empty".to_owned()),
        _ if twice => error(format!("the tag {key} stands here a second time")),
        _ if key.to_lowercase().starts_with("aws:") => {
            error(format!("the tag {key} begins with aws:, which AWS keeps"))
        }
        _ if key.chars().count() > 128 => error("a tag's Key has more than 128 characters".to_owned()),
        _ if OUR_TAGS.contains(&key) => {
            let message = format!("the tag {key} is set by every launch, and this value is lost");
            Some(view.warning("config.tag", &path, message))
        }
        _ => None,
    }
}

fn tag_value(view: &View<'_>, path: &Path, value: Option<&str>) -> Option<Problem> {
    let message = "a tag's Value has more than 256 characters";
    (value?.chars().count() > 256).then(|| view.error("config.tag", &path.key("Value"), message))
}
