//! `relay validate`: everything that is wrong with a folder, at once.

use pipeline::check;
use pipeline::document::{Problem, Problems, Severity};
use pipeline::folder::{FILES, Folder};
use pipeline::ports::Documents;
use pipeline::template::{Values, fill_steps};
use serde_json::{Value, json};

use crate::arguments::{Global, ValidateArguments};
use crate::named_folder::NamedFolder;
use crate::stop::{Exit, Stop};
use crate::terminal::{BAD, CARE, GOOD, Terminal, paint};

/// Reads the folder, checks it, and tells what was found.
pub(crate) async fn run(
    global: &Global,
    arguments: &ValidateArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let named = NamedFolder::open(&arguments.folder, global).await?;
    let problems = problems(&read(&named).await?);
    terminal.show(|| as_json(&named, &problems), || as_text(&named, &problems))?;
    Ok(if problems.has_errors() { Exit::Problems } else { Exit::Fine })
}

type Files = Vec<(&'static str, Option<Vec<u8>>)>;

async fn read(named: &NamedFolder) -> Result<Files, Stop> {
    let mut files = Files::new();
    for name in FILES {
        files.push((name, named.read(named.location(), name).await?));
    }
    match files.iter().all(|(_, content)| content.is_none()) {
        true => Err(named.unknown().await),
        false => Ok(files),
    }
}

/// The problems of all files. Where one cannot be read, the others are still checked as far as they go.
fn problems(files: &Files) -> Problems {
    match Folder::read(files) {
        Ok(folder) => problems_of(&folder),
        Err(mut unread) => {
            let request_alone: Files =
                files.iter().filter(|(name, _)| *name != DEFINITION).cloned().collect();
            if let Ok(folder) = Folder::read(&request_alone) {
                unread.extend(problems_of(&folder));
            }
            unread.sorted()
        }
    }
}

const DEFINITION: &str = "pipeline.yaml";

fn problems_of(folder: &Folder) -> Problems {
    let mut problems = match check::folder(folder) {
        Ok(checked) => checked.warnings,
        Err(problems) => problems,
    };
    problems.extend(fill_steps(&mut folder.request.clone(), &every_value()));
    problems.sorted()
}

/// With a value for every placeholder, only those that do not exist are left to complain about.
fn every_value() -> Values {
    let some = || Some("value".to_owned());
    Values {
        correlation_id: some(),
        run_id: some(),
        data_product: some(),
        date: some(),
        start_date: some(),
        end_date: some(),
        export_date: some(),
        s3_prefix: some(),
        snapshot_type: some(),
        dataset: some(),
        timestamp: some(),
    }
}

fn as_json(named: &NamedFolder, problems: &Problems) -> Value {
    json!({
        "folder": named.location().to_string(),
        "valid": !problems.has_errors(),
        "problems": problems,
    })
}

fn as_text(named: &NamedFolder, problems: &Problems) -> String {
    let mut lines: Vec<String> = problems.iter().map(problem_text).collect();
    lines.push(verdict(named, problems));
    lines.join("\n\n")
}

/// A problem with the line that it is about, after the word for its weight.
pub(crate) fn problem_text(problem: &Problem) -> String {
    let word = match problem.severity {
        Severity::Error => paint(BAD, "error"),
        Severity::Warning => paint(CARE, "warning"),
    };
    format!("{word} {}", problem.explained())
}

fn verdict(named: &NamedFolder, problems: &Problems) -> String {
    let count = |severity| problems.iter().filter(|problem| problem.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    match errors {
        0 => format!("{} {}: {}", paint(GOOD, "valid"), named.location(), counted(warnings, "warning")),
        _ => format!(
            "{} {}: {}, {}",
            paint(BAD, "not valid"),
            named.location(),
            counted(errors, "error"),
            counted(warnings, "warning")
        ),
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
