//! A plan as people read it: the steps, the cluster, and what came from where.

use std::collections::BTreeMap;

use pipeline::plan::{Plan, PlannedStep};
use serde_json::{Map, Value};

use super::tables::{facts, table};
use crate::commands::problem_text;
use crate::terminal::{BOLD, CARE, DIM, GOOD, paint};

/// The plan in full, but for the request itself, which `--json` shows.
pub(crate) fn plan_text(plan: &Plan) -> String {
    let request = plan.shown_request();
    let mut parts = vec![
        head(plan),
        titled("steps", &table(&["STEP", "", "WHY"], plan.steps.iter().map(step))),
        titled("cluster", &facts(cluster(&request))),
        titled("where it came from", &origins(&plan.origins())),
    ];
    if !plan.references.is_empty() {
        let names: Vec<String> = plan.references.iter().map(|secret| secret.secret.to_string()).collect();
        parts.push(titled("secrets, read at launch", &names.join("\n")));
    }
    parts.extend(plan.warnings.iter().map(problem_text));
    parts.push(paint(DIM, "the whole request: add --json; nothing was started"));
    parts.join("\n\n")
}

fn titled(title: &str, body: &str) -> String {
    format!("{}\n{body}", paint(BOLD, title))
}

fn head(plan: &Plan) -> String {
    facts([
        ("pipeline", paint(BOLD, &plan.pipeline)),
        ("run", format!("{} of {}", plan.key.run.correlation_id, plan.key.run.data_product)),
        ("attempt", plan.key.attempt.to_string()),
        ("date", plan.date.clone()),
    ])
}

fn step(step: &PlannedStep) -> Vec<String> {
    let (word, why) = match &step.skipped {
        None => (paint(GOOD, "runs"), String::new()),
        Some(why) => (paint(CARE, "skipped"), why.clone()),
    };
    vec![step.name.clone(), word, why]
}

/// What a reader wants to know of the cluster before anything else.
fn cluster(request: &Value) -> Vec<(&'static str, String)> {
    let text = |member: &str| request.get(member).and_then(Value::as_str).map(str::to_owned);
    let list = |member: &str| request.get(member).and_then(Value::as_array).cloned().unwrap_or_default();
    let names = |member: &str, of: &str| joined(list(member).iter().filter_map(|item| item.get(of)));
    let all = [
        ("Name", text("Name")),
        ("ReleaseLabel", text("ReleaseLabel")),
        ("Applications", names("Applications", "Name")),
        ("Instances", request.get("Instances").and_then(instances)),
        ("ServiceRole", text("ServiceRole")),
        ("JobFlowRole", text("JobFlowRole")),
        ("SecurityConfiguration", text("SecurityConfiguration")),
        ("LogUri", text("LogUri")),
        ("BootstrapActions", names("BootstrapActions", "Name")),
        ("Configurations", names("Configurations", "Classification")),
        ("StepConcurrencyLevel", request.get("StepConcurrencyLevel").map(Value::to_string)),
        ("Tags", tags(&list("Tags"))),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn joined<'a>(values: impl Iterator<Item = &'a Value>) -> Option<String> {
    let texts: Vec<&str> = values.filter_map(Value::as_str).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

fn tags(tags: &[Value]) -> Option<String> {
    let part = |tag: &Value, of: &str| tag.get(of).and_then(Value::as_str).unwrap_or_default().to_owned();
    let pairs: Vec<String> =
        tags.iter().map(|tag| format!("{}={}", part(tag, "Key"), part(tag, "Value"))).collect();
    (!pairs.is_empty()).then(|| pairs.join(", "))
}

/// Each group or fleet in a few words; else the types and the count of the whole.
fn instances(instances: &Value) -> Option<String> {
    let list = |member: &str| instances.get(member).and_then(Value::as_array).into_iter().flatten();
    let groups = list("InstanceGroups").map(group).chain(list("InstanceFleets").map(fleet));
    let parts: Vec<String> = groups.collect();
    match parts.is_empty() {
        false => Some(parts.join("; ")),
        true => {
            let types = ["MasterInstanceType", "SlaveInstanceType"].map(|member| instances.get(member));
            let count = instances.get("InstanceCount").map(Value::to_string)?;
            Some(format!("{count} × {}", joined(types.into_iter().flatten()).unwrap_or_default()))
        }
    }
}

fn group(group: &Value) -> String {
    let text = |member: &str| group.get(member).and_then(Value::as_str).unwrap_or("?");
    let count = group.get("InstanceCount").map_or_else(|| "?".to_owned(), Value::to_string);
    format!("{} {count} × {}", text("InstanceRole"), text("InstanceType"))
}

fn fleet(fleet: &Value) -> String {
    let number = |member: &str| fleet.get(member).and_then(Value::as_u64).filter(|number| *number > 0);
    let targets = [
        number("TargetOnDemandCapacity").map(|number| format!("{number} on demand")),
        number("TargetSpotCapacity").map(|number| format!("{number} spot")),
    ];
    let targets: Vec<String> = targets.into_iter().flatten().collect();
    let configs = fleet.get("InstanceTypeConfigs").and_then(Value::as_array).into_iter().flatten();
    let types = joined(configs.filter_map(|config| config.get("InstanceType"))).unwrap_or_default();
    let kind = fleet.get("InstanceFleetType").and_then(Value::as_str).unwrap_or("?");
    format!("{kind} {} of {types}", targets.join(" + "))
}

/// How many values each file gave, and every single value that something else laid over them.
fn origins(origins: &Map<String, Value>) -> String {
    let mut files: BTreeMap<&str, usize> = BTreeMap::new();
    let mut overlaid: Vec<(&str, &str)> = Vec::new();
    for (path, origin) in origins {
        let origin = origin.as_str().unwrap_or_default();
        match origin.split_once(".yaml") {
            Some((file, _)) => *files.entry(file).or_default() += 1,
            None => overlaid.push((path, origin)),
        }
    }
    let counted = files.iter().map(|(file, count)| vec![format!("{file}.yaml"), format!("{count} values")]);
    let single = overlaid.iter().map(|(path, origin)| vec![(*origin).to_owned(), (*path).to_owned()]);
    table(&["FROM", "WHAT"], counted.chain(single))
}
