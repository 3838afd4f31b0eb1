//! `relay runs`: the latest runs.

use aws::Aws;
use pipeline::run::Run;

use crate::arguments::{Global, RunsArguments};
use crate::connection::connect;
use crate::show::{run_json, runs_table};
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

/// Lists the latest runs, of one pipeline or of all.
pub(crate) async fn run(
    global: &Global,
    arguments: &RunsArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let runs = latest(&connect(global).await?, arguments).await?;
    terminal.show(
        || runs.iter().map(run_json).collect(),
        || match runs.is_empty() {
            true => "there are no runs".to_owned(),
            false => runs_table(&runs),
        },
    )?;
    Ok(Exit::Fine)
}

async fn latest(aws: &Aws, arguments: &RunsArguments) -> Result<Vec<Run>, Stop> {
    let mut runs = aws.list(usize::MAX).await?;
    if let Some(pipeline) = &arguments.pipeline {
        runs.retain(|run| run.pipeline.as_str() == pipeline);
    }
    runs.truncate(arguments.limit);
    Ok(runs)
}
