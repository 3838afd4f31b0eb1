//! What the sweeper is asked.

use pipeline::sweep::Mode;
use serde_json::Value;

/// A dry run, where the event says so; a schedule's event and any other asks for the repairs.
pub(crate) fn mode(event: &Value) -> Mode {
    match event.get("dry_run").and_then(Value::as_bool) {
        Some(true) => Mode::DryRun,
        Some(false) | None => Mode::Repair,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_an_event_that_says_so_asks_for_a_dry_run() {
        for (event, mode_asked) in [
            (json!({"dry_run": true}), Mode::DryRun),
            (json!({"dry_run": false}), Mode::Repair),
            (json!({"detail-type": "Scheduled Event", "detail": {}}), Mode::Repair),
            (json!(null), Mode::Repair),
        ] {
            assert_eq!(mode(&event), mode_asked, "{event}");
        }
    }
}
