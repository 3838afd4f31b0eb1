//! What a person, or a script, gets to see.
//!
//! Results go to standard output, everything about the way there to standard error, so that output can be piped.
//! Colours vanish where nobody sees them, and with `NO_COLOR`.

use std::io::{self, Write};
use std::time::Instant;

use anstyle::{AnsiColor, Style};
use serde_json::Value;

use crate::stop::{Exit, Stop};

/// For what is good.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// For what is bad.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// For what is still moving.
pub(crate) const BUSY: Style = AnsiColor::Cyan.on_default();
/// For what deserves a look.
pub(crate) const CARE: Style = AnsiColor::Yellow.on_default();
/// For what is beside the point.
pub(crate) const DIM: Style = Style::new().dimmed();
/// For titles.
pub(crate) const BOLD: Style = Style::new().bold();

/// A text in a style.
pub(crate) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// The two streams, and whether a script reads them.
#[derive(Debug)]
pub(crate) struct Terminal {
    json: bool,
    started: Instant,
}

impl Terminal {
    /// A terminal for a command that starts now.
    pub(crate) fn new(json: bool) -> Self {
        Self { json, started: Instant::now() }
    }

    /// Whether a script asked for JSON.
    pub(crate) fn wants_json(&self) -> bool {
        self.json
    }

    /// Prints a result: as JSON for scripts, else as the text that is made for people.
    pub(crate) fn show(
        &self,
        value: impl FnOnce() -> Value,
        text: impl FnOnce() -> String,
    ) -> io::Result<()> {
        let mut out = anstream::stdout().lock();
        match self.json {
            true => writeln!(out, "{:#}", value()),
            false => writeln!(out, "{}", text()),
        }
    }

    /// Tells a person what is going on. Nobody reads it who cannot see standard error, so failing is no failure.
    pub(crate) fn say(&self, text: impl std::fmt::Display) {
        let _ = writeln!(anstream::stderr().lock(), "{text}");
    }

    /// Tells what is going on, with the time since the command began.
    pub(crate) fn story(&self, text: impl std::fmt::Display) {
        let elapsed = self.started.elapsed().as_secs_f64();
        self.say(format!("{} {text}", paint(DIM, format!("[{elapsed:5.1}s]"))));
    }

    /// Tells why a command stopped, and answers its exit code.
    pub(crate) fn tell(&self, stop: &Stop) -> Exit {
        match (stop.exit, self.json) {
            (Exit::Fine, _) => {}
            (_, true) => self.say(stop.to_json()),
            (_, false) => self.say(as_text(stop)),
        }
        stop.exit
    }
}

fn as_text(stop: &Stop) -> String {
    let mut text = format!("{} {}", paint(BAD, "error:"), stop.chain().join("\n  because: "));
    if let Some(way_out) = stop.way_out() {
        text.push_str(&format!("\n{} {way_out}", paint(BOLD, "instead:")));
    }
    text
}
