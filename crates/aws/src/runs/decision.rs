//! The column `Decision`, read.

use pipeline::run::{Attempt, ClusterId, Course, Decision};

use super::row::Row;

/// The decision; or, where there is one that cannot be read, the sentence that says so. What was decided by a version to
/// come is not decided anew by this one.
pub(super) fn decision(row: Row<'_>, attempt: Attempt) -> (Option<Decision>, Option<String>) {
    match row.map("Decision").map(|map| read(map, attempt)) {
        Some(Some(decision)) => (Some(decision), None),
        None if !row.has("Decision") => (None, None),
        Some(None) | None => (None, Some("column Decision holds what cannot be read here".to_owned())),
    }
}

fn read(map: Row<'_>, attempt: Attempt) -> Option<Decision> {
    Some(Decision {
        attempt: map.value("attempt").ok()?.map_or(attempt, Attempt),
        cluster_id: map.parsed("cluster_id", ClusterId::parse).ok()?,
        course: course(map)?,
        why: map.owned("why").unwrap_or_default(),
    })
}

fn course(map: Row<'_>) -> Option<Course> {
    let relaunch = || Some(Course::Relaunch { from: map.owned("from"), at: map.value("at").ok()?? });
    match map.text("course")? {
        "RELAUNCH" => relaunch(),
        "HAND_OVER" => Some(Course::HandOver),
        "GIVE_UP" => Some(Course::GiveUp),
        _ => None,
    }
}
