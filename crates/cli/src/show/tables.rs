//! Tables without frames, as wide as their content.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, Row, Table};
use serde_json::Value;

use crate::terminal::{BOLD, DIM, paint};

/// A table with a title for each column.
pub(crate) fn table(titles: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(titles.iter().map(|title| Cell::new(paint(BOLD, title))));
    for row in rows {
        table.add_row(Row::from(row));
    }
    trimmed(&table)
}

/// Names and values, one pair on each line.
pub(crate) fn facts<'a>(pairs: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    for (name, value) in pairs {
        table.add_row(vec![paint(DIM, name), value]);
    }
    trimmed(&table)
}

/// Rows of data, as `{"columns": […], "rows": [[…]]}` brings them.
pub(crate) fn rows_table(data: &Value) -> String {
    let list = |of: &Value| of.as_array().cloned().unwrap_or_default();
    let titles: Vec<String> = list(&data["columns"]).iter().map(plain).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    table(&titles, list(&data["rows"]).iter().map(|row| list(row).iter().map(plain).collect()))
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Blanks at the ends of lines help nobody.
fn trimmed(table: &Table) -> String {
    table.trim_fmt()
}
