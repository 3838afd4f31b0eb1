//! `relay sweep`: has everything put right now that lost events left behind.

use serde_json::{Value, json};

use crate::arguments::{Global, SweepArguments};
use crate::connection::connect;
use crate::invocation::{invoke, member};
use crate::show::table;
use crate::stop::{Exit, Stop};
use crate::terminal::{BAD, BOLD, DIM, Terminal, paint};

/// Invokes the sweeper and shows what it repaired; what it could not is what the exit code tells.
pub(crate) async fn run(
    global: &Global,
    arguments: &SweepArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let aws = connect(global).await?;
    let answer = invoke(&aws, &arguments.function, &json!({"dry_run": arguments.dry_run})).await?;
    terminal.show(|| answer.clone(), || as_text(&answer, arguments.dry_run))?;
    Ok(if list(&answer, "errors").is_empty() { Exit::Fine } else { Exit::Problems })
}

fn list<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn number(answer: &Value, name: &str) -> u64 {
    answer.get(name).and_then(Value::as_u64).unwrap_or_default()
}

fn as_text(answer: &Value, dry_run: bool) -> String {
    let mut parts = vec![repairs_text(list(answer, "repairs"), dry_run)];
    let errors = list(answer, "errors");
    if !errors.is_empty() {
        let lines =
            errors.iter().map(|error| format!("  {} [{}]", member(error, "message"), member(error, "code")));
        let title = paint(BAD, "what could not be put right; the next sweep tries again");
        parts.push(format!("{title}\n{}", lines.collect::<Vec<_>>().join("\n")));
    }
    let open = format!("{} open runs were looked at", number(answer, "open_runs"));
    let left = match number(answer, "left") {
        0 => String::new(),
        left => format!("; {left} more tasks are left to the next sweep"),
    };
    parts.push(paint(DIM, format!("{open}{left}")));
    parts.join("\n\n")
}

fn repairs_text(repairs: &[Value], dry_run: bool) -> String {
    let title = match (repairs.is_empty(), dry_run) {
        (true, _) => return "there is nothing to put right".to_owned(),
        (false, true) => "what would be done (nothing was changed)",
        (false, false) => "what was done",
    };
    let or_dash = |text: &str| if text.is_empty() { "-" } else { text }.to_owned();
    let row = |repair: &Value| {
        ["correlation_id", "cluster_id", "done"].iter().map(|name| or_dash(member(repair, name))).collect()
    };
    let table = table(&["RUN", "CLUSTER", "WHAT"], repairs.iter().map(row));
    format!("{}\n{table}", paint(BOLD, title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repairs_errors_and_what_is_left_are_told() {
        let answer = json!({
            "open_runs": 3,
            "repairs": [{"cluster_id": "j-1", "done": "j-1 is being terminated: no run is on it"}],
            "errors": [{"code": "sweep.runs", "message": "the run table did not answer"}],
            "left": 2,
        });
        let text = as_text(&answer, false);
        for part in
            ["what was done", "j-1 is being terminated", "[sweep.runs]", "3 open runs", "2 more tasks"]
        {
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
        assert!(as_text(&answer, true).contains("would be done"));
        assert!(as_text(&json!({}), false).contains("nothing to put right"));
    }
}
