//! `relay timeline`: a run over time, drawn.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::json;

use crate::arguments::{Global, TimelineArguments};
use crate::commands::named_run;
use crate::connection::connect;
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;
use crate::timeline::timeline;

/// Draws a run into a file, or to standard output.
pub(crate) async fn run(
    global: &Global,
    arguments: &TimelineArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let (run, history) = named_run::find(&connect(global).await?, &arguments.name).await?;
    let drawing = timeline(&run, &history, Timestamp::now());
    let file = arguments.output.clone().unwrap_or_else(|| default_file(run.key.correlation_id.as_str()));
    if file == Path::new("-") {
        terminal.show(|| json!({"svg": drawing}), || drawing.trim_end().to_owned())?;
        return Ok(Exit::Fine);
    }
    std::fs::write(&file, &drawing).map_err(|error| unwritable(&file).because(error))?;
    terminal.show(|| json!({"file": file}), || format!("drawn into {}", file.display()))?;
    Ok(Exit::Fine)
}

/// Correlation ids may hold what means something else in paths.
fn default_file(run: &str) -> PathBuf {
    let plain =
        |letter: char| if letter.is_ascii_alphanumeric() || "_.-".contains(letter) { letter } else { '-' };
    format!("{}.svg", run.chars().map(plain).collect::<String>().trim_start_matches('.')).into()
}

fn unwritable(file: &Path) -> Stop {
    Stop::new(Exit::Problems, "timeline.unwritable", format!("{} cannot be written", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawing_of_a_run_lies_in_this_folder_whatever_the_run_is_called() {
        for (run, file) in [("nightly-1", "nightly-1.svg"), ("a/../b:c", "a-..-b-c.svg"), ("../x", "-x.svg")]
        {
            assert_eq!(default_file(run), PathBuf::from(file));
        }
    }
}
