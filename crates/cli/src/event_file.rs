//! A launch event from a file, or from standard input.

use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};

use crate::stop::{Exit, Stop};

/// Reads the event; without a file it is empty, and `-` is standard input.
pub(crate) fn read(file: Option<&Path>) -> Result<Value, Stop> {
    let Some(file) = file else { return Ok(json!({})) };
    let text = match file == Path::new("-") {
        true => standard_input(),
        false => std::fs::read_to_string(file),
    };
    parse(&text.map_err(|error| unreadable(file).because(error))?, file)
}

fn standard_input() -> std::io::Result<String> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn parse(text: &str, file: &Path) -> Result<Value, Stop> {
    let value: Value = serde_json::from_str(text).map_err(|error| {
        Stop::new(Exit::Problems, "event.not_json", format!("{} is not JSON", file.display())).because(error)
    })?;
    match value.is_object() {
        true => Ok(value),
        false => Err(Stop::new(
            Exit::Problems,
            "event.not_object",
            format!("{} is no JSON object", file.display()),
        )
        .instead("write {\"pipeline\": \"FOLDER\"} and whatever else the launch is to know")),
    }
}

fn unreadable(file: &Path) -> Stop {
    Stop::new(Exit::Problems, "event.unreadable", format!("the event {} cannot be read", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_a_json_object_or_is_told_what_it_is_not() {
        let event = |text| parse(text, Path::new("e.json"));
        assert_eq!(event(r#"{"pipeline": "pdm"}"#).unwrap(), json!({"pipeline": "pdm"}));
        assert_eq!(event("pipeline: pdm").unwrap_err().code, "event.not_json");
        assert_eq!(event("[]").unwrap_err().code, "event.not_object");
    }
}
