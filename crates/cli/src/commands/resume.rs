//! `relay resume`: asks the relauncher function to go on with a run.

use pipeline::run::Run;
use serde_json::{Value, json};

use crate::arguments::{Global, ResumeArguments};
use crate::commands::{named_run, status};
use crate::connection::connect;
use crate::follow::follow;
use crate::invocation::{invoke, member};
use crate::show::without_nulls;
use crate::stop::{Exit, Stop};
use crate::terminal::{BOLD, DIM, Terminal, paint};

/// Invokes the relauncher and shows its answer; with `--watch`, follows the run to its end.
pub(crate) async fn run(
    global: &Global,
    arguments: &ResumeArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let aws = connect(global).await?;
    let (run, _) = named_run::find(&aws, &arguments.name).await?;
    let answer = invoke(&aws, &arguments.function, &wish(&run, arguments.from.as_deref())).await?;
    if !arguments.watch {
        terminal.show(|| answer.clone(), || as_text(&run, &answer))?;
        return Ok(Exit::Fine);
    }
    terminal.say(as_text(&run, &answer));
    watch(&aws, &run, terminal).await
}

async fn watch(aws: &aws::Aws, run: &Run, terminal: &Terminal) -> Result<Exit, Stop> {
    let history = follow(aws, &run.key.correlation_id, terminal).await?;
    status::show(aws, &history, terminal).await
}

/// The wish names the attempt that was seen, so that a repeated invocation does not resume twice.
fn wish(run: &Run, from: Option<&str>) -> Value {
    let wish = without_nulls(json!({
        "correlation_id": run.key.correlation_id.as_str(),
        "data_product": run.key.data_product.as_str(),
        "attempt": run.attempt.0,
        "from": from,
    }));
    json!({"resume": wish})
}

fn as_text(run: &Run, answer: &Value) -> String {
    let id = &run.key.correlation_id;
    let attempt =
        answer.get("run_id").and_then(Value::as_u64).map(|attempt| format!(" as attempt {attempt}"));
    let cluster = match member(answer, "JobFlowId") {
        "" => String::new(),
        cluster => format!(" on cluster {cluster}"),
    };
    let next = paint(DIM, format!("relay status {id} --watch"));
    format!(
        "run {}{}{cluster}: {}\n{next}",
        paint(BOLD, id),
        attempt.unwrap_or_default(),
        member(answer, "status")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::given::run;

    #[test]
    fn a_wish_names_the_attempt_that_was_seen() {
        let expected =
            json!({"correlation_id": "rentals-2026-01-31", "data_product": "RENTALS", "attempt": 2});
        assert_eq!(wish(&run(2), None), json!({"resume": expected}));
        assert_eq!(wish(&run(2), Some("kpis"))["resume"]["from"], "kpis");
    }
}
