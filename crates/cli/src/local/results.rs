//! What a run wrote: its tables, and the first rows of one.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::local::home::Home;
use crate::local::state::State;
use crate::show::{rows_table, table};
use crate::stop::{Exit, Stop};
use crate::terminal::{BOLD, paint};

const ROWS: &str = "10";

/// The tables below the pipeline's folder in the data bucket.
#[derive(Debug)]
pub(crate) struct Results {
    tables: Vec<Value>,
    first_rows: Option<Value>,
}

/// Reads what stands in the data bucket, with the first rows of the table of this name, or else of the last one.
pub(crate) async fn read(home: &Home, state: &State, pipeline: &str, shown: &str) -> Result<Results, Stop> {
    let place = format!("s3://{}/{pipeline}", state.buckets.data);
    let mut listed = rows(home, state, &[&place]).await?;
    let tables: Vec<Value> =
        listed.get_mut("tables").and_then(Value::as_array_mut).map(std::mem::take).unwrap_or_default();
    let names: Vec<&str> = tables.iter().filter_map(|table| table.get("table")?.as_str()).collect();
    let chosen = names.iter().find(|name| name.rsplit('/').next() == Some(shown)).or(names.last());
    let first_rows = match chosen {
        Some(name) => Some(rows(home, state, &[&place, "--table", name, "--limit", ROWS]).await?),
        None => None,
    };
    Ok(Results { tables, first_rows })
}

impl Results {
    /// For scripts.
    pub(crate) fn to_json(&self) -> Value {
        json!({"tables": self.tables, "first_rows": self.first_rows})
    }

    /// For people.
    pub(crate) fn to_text(&self) -> String {
        let Some(first_rows) = &self.first_rows else { return "the run wrote no Parquet".to_owned() };
        let plain = |table: &Value, of: &str| match table.get(of) {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        };
        let columns = ["table", "rows", "files", "bytes"];
        let lines = self.tables.iter().map(|line| columns.iter().map(|of| plain(line, of)).collect());
        format!(
            "\n{}\n{}\n\n{}\n{}",
            paint(BOLD, "what it wrote"),
            table(&["TABLE", "ROWS", "FILES", "BYTES"], lines),
            paint(BOLD, format!("the first rows of {}", plain(first_rows, "table"))),
            rows_table(first_rows)
        )
    }
}

async fn rows(home: &Home, state: &State, arguments: &[&str]) -> Result<Value, Stop> {
    let mut command = home.python();
    command.args(["-m", "emr_relay_local.rows"]).args(arguments).arg("--data").arg(&state.data);
    let output = command.stdin(Stdio::null()).output().await?;
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout).unwrap_or_default()),
        false => Err(Stop::new(Exit::Problems, "local.rows", "what the run wrote cannot be read")
            .because(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}
