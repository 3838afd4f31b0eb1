//! Rules about machines and where they stand.

use super::view::View;
use crate::document::{Node, Path, Problem};

const OLD_MEMBERS: [&str; 3] = ["MasterInstanceType", "SlaveInstanceType", "InstanceCount"];

pub(super) fn check(view: &View<'_>) -> Vec<Problem> {
    if view.get(&["Instances"]).is_none_or(|instances| instances.as_map().is_none()) {
        return Vec::new();
    }
    let mut problems = shape(view);
    problems.extend(subnets(view));
    problems.extend(roles(view, "InstanceGroups", "InstanceRole"));
    problems.extend(roles(view, "InstanceFleets", "InstanceFleetType"));
    problems.extend(counts(view));
    problems
}

fn path(name: &str) -> Path {
    Path::keys(&["Instances", name])
}

fn has(view: &View<'_>, name: &str) -> bool {
    view.get(&["Instances", name]).is_some()
}

/// Groups, fleets, or the three old members: one of them.
fn shape(view: &View<'_>) -> Vec<Problem> {
    let (groups, fleets) = (has(view, "InstanceGroups"), has(view, "InstanceFleets"));
    if groups && fleets {
        let message = "a cluster has InstanceGroups or InstanceFleets, and this one has both";
        return vec![
            view.error("config.groups_and_fleets", &path("InstanceFleets"), message)
                .help("remove one of them"),
        ];
    }
    if !groups && !fleets {
        let message =
            "there are no machines: neither InstanceGroups nor InstanceFleets nor MasterInstanceType";
        let problem = || view.error("config.no_instances", &Path::keys(&["Instances"]), message);
        return if has(view, "MasterInstanceType") { Vec::new() } else { vec![problem()] };
    }
    let beside = OLD_MEMBERS.into_iter().filter(|name| has(view, name));
    let told = beside.map(|name| {
        let message = format!("{name} cannot stand beside InstanceGroups or InstanceFleets");
        view.error("config.old_instances", &path(name), message).help(format!("remove {name}"))
    });
    told.collect()
}

fn subnets(view: &View<'_>) -> Option<Problem> {
    let several = view.items(&["Instances", "Ec2SubnetIds"]).len();
    match (has(view, "Ec2SubnetId"), has(view, "Ec2SubnetIds")) {
        (true, true) => {
            let message = "Ec2SubnetId and Ec2SubnetIds exclude each other";
            Some(view.error("config.subnets", &path("Ec2SubnetIds"), message).help("keep one of them"))
        }
        (false, true) if several > 1 && has(view, "InstanceGroups") => {
            let message = format!("{several} subnets; a cluster of InstanceGroups stands in one");
            Some(
                view.error("config.subnets", &path("Ec2SubnetIds"), message)
                    .help("name one subnet, or use InstanceFleets"),
            )
        }
        (false, true) if several > 0 => None,
        (true, false) => None,
        (false, false | true) if has(view, "Placement") => None,
        (false, false | true) => {
            let message = "there is no subnet for the machines to stand in";
            let problem = view.error("config.no_subnet", &Path::keys(&["Instances"]), message);
            Some(problem.help("add Ec2SubnetId, or Ec2SubnetIds for InstanceFleets"))
        }
    }
}

/// One MASTER, one CORE at most.
fn roles(view: &View<'_>, list: &str, member: &str) -> Vec<Problem> {
    let items = view.items(&["Instances", list]);
    let of_role = |role: &str| items.iter().filter(|item| role_of(item, member) == Some(role)).count();
    let unknown = items.iter().any(|item| role_of(item, member).is_none());
    let error = |message: String| view.error("config.roles", &path(list), message);
    let mut problems = Vec::new();
    match of_role("MASTER") {
        0 if has(view, list) && !unknown => problems.push(error(format!("no MASTER among the {list}"))),
        0 | 1 => {}
        count => {
            problems.push(error(format!("{count} with the role MASTER among the {list}; a cluster has one")))
        }
    }
    if of_role("CORE") > 1 {
        problems.push(error(format!(
            "{} with the role CORE among the {list}; a cluster has one",
            of_role("CORE")
        )));
    }
    problems
}

fn role_of<'n>(item: &'n Node, member: &str) -> Option<&'n str> {
    item.get(member)?.as_text()
}

fn counts(view: &View<'_>) -> Vec<Problem> {
    let groups = view.items(&["Instances", "InstanceGroups"]).iter().enumerate();
    let told = groups.filter_map(|(index, group)| {
        let count = group.get("InstanceCount")?.as_i64()?;
        let path = path("InstanceGroups").index(index).key("InstanceCount");
        let error = |message: String| Some(view.error("config.instance_count", &path, message));
        match role_of(group, "InstanceRole") {
            Some("MASTER") if count != 1 && count != 3 => {
                error(format!("{count} masters; a cluster has one, or three for high availability"))
            }
            Some("CORE") if count < 1 => {
                error(format!("{count} machines in the CORE group; it has one at least"))
            }
            _ if count < 0 => error(format!("{count} machines are fewer than none")),
            _ => None,
        }
    });
    told.collect()
}
