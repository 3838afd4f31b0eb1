//! `relay local generate`: input for a pipeline, by the generator that the pipeline brings.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::arguments::GenerateArguments;
use crate::local::home::Home;
use crate::stop::{Exit, Stop};
use crate::terminal::Terminal;

/// The generator's name in a pipeline's folder.
const GENERATOR: &str = "generate.py";

/// Writes the input and says what it holds.
pub(crate) async fn run(arguments: &GenerateArguments, terminal: &Terminal) -> Result<Exit, Stop> {
    let home = Home::find()?;
    let folder = home.pipeline(&arguments.pipeline)?;
    let name = folder.file_name().unwrap_or_default();
    let out = arguments.out.clone().unwrap_or_else(|| home.path("target/test-data").join(name));
    let made = generate(&home, &folder, arguments.rows, arguments.seed, &out).await?;
    terminal.show(|| made.clone(), || format!("{}\nin {}", summary(&made), out.display()))?;
    Ok(Exit::Fine)
}

/// Whether a pipeline brings a generator.
pub(crate) fn has_generator(folder: &Path) -> bool {
    folder.join(GENERATOR).is_file()
}

/// Runs a pipeline's generator; answers what it counted.
pub(crate) async fn generate(
    home: &Home,
    folder: &Path,
    rows: u64,
    seed: u64,
    out: &Path,
) -> Result<Value, Stop> {
    if !has_generator(folder) {
        let what = format!("{} brings no {GENERATOR}", folder.display());
        return Err(Stop::new(Exit::Problems, "generate.none", what)
            .instead("bring input of your own: relay local demo FOLDER --input DIR"));
    }
    let mut command = home.python();
    command.arg(folder.join(GENERATOR)).args([
        "--json",
        "--rows",
        &rows.to_string(),
        "--seed",
        &seed.to_string(),
    ]);
    let output = command.arg("--out").arg(out).stdin(Stdio::null()).output().await?;
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout).unwrap_or_default()),
        false => Err(Stop::new(
            Exit::Problems,
            "generate.failed",
            format!("{GENERATOR} failed ({})", output.status),
        )
        .because(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}

/// `users: 200 rows (4 dirty), …`
pub(crate) fn summary(made: &Value) -> String {
    let tables = made.get("tables").and_then(Value::as_object).into_iter().flatten();
    let count = |table: &Value, of: &str| table.get(of).and_then(Value::as_u64).unwrap_or_default();
    tables
        .map(|(name, table)| {
            format!("{name}: {} rows ({} dirty)", count(table, "rows"), count(table, "dirty"))
        })
        .collect::<Vec<_>>()
        .join(", ")
}
