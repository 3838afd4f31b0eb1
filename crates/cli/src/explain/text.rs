//! A story for people: when, what, how long; the cause where it hurts, and at the end what to do.

use jiff::{SignedDuration, Timestamp};
use pipeline::run::{AttemptRecord, Cause, Outcome, Status, StepState};

use super::{Chapter, Story};
use crate::show::{
    Standing, cause_facts, decision_text, outcome_style, outcome_text, seconds, standing_text,
};
use crate::terminal::{BAD, BOLD, BUSY, CARE, DIM, GOOD, paint};

/// As wide as a time and the gap after it.
const MARGIN: &str = "            ";

/// The story, chapter by chapter.
pub(crate) fn as_text(story: &Story<'_>) -> String {
    let mut parts = vec![title(story)];
    parts.extend(story.chapters.iter().map(|chapter| chapter_text(chapter, story.now)));
    parts.push(next_text(story));
    parts.join("\n\n")
}

fn title(story: &Story<'_>) -> String {
    let run = story.run;
    let of = format!("pipeline {}, data product {}, for {}", run.pipeline, run.key.data_product, run.date);
    format!(
        "{}  {}\n{}{}",
        paint(BOLD, &run.key.correlation_id),
        paint(DIM, of),
        outcome_text(run),
        span(story)
    )
}

/// From the first to the last that is known of the run.
fn span(story: &Story<'_>) -> String {
    let began = story.chapters.first().and_then(Chapter::began);
    let ended = story.chapters.last().map(|chapter| chapter.ended_at.unwrap_or(story.now));
    let took =
        began.zip(ended).map(|(began, ended)| format!(", {} in all", seconds(ended.duration_since(began))));
    let attempts = match story.chapters.len() {
        1 => "1 attempt".to_owned(),
        count => format!("{count} attempts"),
    };
    format!("  {}", paint(DIM, format!("{attempts}{}", took.unwrap_or_default())))
}

fn chapter_text(chapter: &Chapter<'_>, now: Timestamp) -> String {
    let mut page = Page::of(chapter);
    page.claim(chapter);
    if let Some(record) = chapter.record {
        page.cluster(record);
    }
    page.steps(chapter, now);
    page.end(chapter);
    page.lines.join("\n")
}

/// The lines of a chapter. Times are of its day, and say so where they are not.
struct Page {
    began: Option<Timestamp>,
    lines: Vec<String>,
}

impl Page {
    fn of(chapter: &Chapter<'_>) -> Self {
        let cluster = chapter.record.map(|record| format!("  on {}", record.cluster_id)).unwrap_or_default();
        let began = chapter.began();
        let day = began.map(|at| at.strftime("  %Y-%m-%d, UTC").to_string()).unwrap_or_default();
        let name = paint(BOLD, format!("attempt {}", chapter.attempt));
        Self { began, lines: vec![format!("{name}{cluster}{}", paint(DIM, day))] }
    }

    fn line(&mut self, at: Option<Timestamp>, mark: &str, text: &str) {
        let time = at.map_or_else(|| " ".repeat(8), |at| at.strftime("%H:%M:%S").to_string());
        let day = at.and_then(|at| self.other_day(at)).map(|day| paint(DIM, day)).unwrap_or_default();
        self.lines.push(format!("  {}  {mark} {text}{day}", paint(DIM, time)));
    }

    fn other_day(&self, at: Timestamp) -> Option<String> {
        let day = |at: Timestamp| at.strftime("%Y-%m-%d").to_string();
        self.began.filter(|began| day(*began) != day(at)).map(|_| format!("  ({})", day(at)))
    }

    fn claim(&mut self, chapter: &Chapter<'_>) {
        if let Some((at, by)) = chapter.claim {
            self.line(Some(at), " ", &format!("claimed by {by}"));
        }
        if chapter.record.is_none() && chapter.outcome.is_none() {
            self.line(None, &paint(BUSY, "…"), "no cluster is recorded yet");
        }
    }

    fn cluster(&mut self, record: &AttemptRecord) {
        self.line(Some(record.started_at), " ", "its cluster was started");
        let Some(ready) = record.ready_at else { return };
        let waited = after(ready.duration_since(record.started_at));
        self.line(Some(ready), " ", &format!("the cluster was ready{waited}"));
    }

    fn steps(&mut self, chapter: &Chapter<'_>, now: Timestamp) {
        let names = widest(chapter.steps.iter().map(|step| step.name));
        let states = widest(chapter.steps.iter().map(|step| step.standing.as_str()));
        for step in &chapter.steps {
            let began = step.record.and_then(|record| record.started_at);
            let gap = " ".repeat(states - step.standing.as_str().chars().count());
            let took = step.took(now).map(seconds).unwrap_or_default();
            let text = format!("{:names$}  {}{gap}  {took}", step.name, standing_text(step.standing));
            self.line(began, &mark(step.standing), text.trim_end());
        }
    }

    fn end(&mut self, chapter: &Chapter<'_>) {
        let Some(outcome) = chapter.outcome else { return };
        let (style, mark) = (outcome_style(outcome), outcome_mark(outcome));
        let message = chapter.cause.and_then(|cause| cause.message.as_deref());
        let why = message.map(|message| format!(": {message}")).unwrap_or_default();
        self.line(chapter.ended_at, &paint(style, mark), &format!("ended {}{why}", paint(style, outcome)));
        self.lines.extend(chapter.cause.map(details).unwrap_or_default());
        if let Some(decision) = chapter.decision {
            self.line(None, &paint(BUSY, "→"), &decision_text(decision));
        }
    }
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or_default()
}

/// What is known of the cause besides its message.
fn details(cause: &Cause) -> Vec<String> {
    let rest = Cause { message: None, ..cause.clone() };
    cause_facts(&rest).lines().map(|line| format!("{MARGIN}  {}", line.trim_start())).collect()
}

fn after(waited: SignedDuration) -> String {
    paint(DIM, format!(", after {}", seconds(waited)))
}

fn outcome_mark(outcome: Outcome) -> &'static str {
    match outcome.status() {
        Status::Completed => "✓",
        Status::Cancelled => "■",
        Status::Failed | Status::Launching | Status::InProgress => "✗",
    }
}

fn mark(standing: Standing) -> String {
    match standing {
        Standing::Known(StepState::Completed) => paint(GOOD, "✓"),
        Standing::Known(StepState::Failed) => paint(BAD, "✗"),
        Standing::Known(StepState::Running) => paint(BUSY, "▸"),
        Standing::Known(StepState::CancelPending | StepState::Cancelled | StepState::Interrupted) => {
            paint(CARE, "■")
        }
        Standing::Known(StepState::Pending) | Standing::Waiting | Standing::NeverRun => paint(DIM, "·"),
    }
}

fn next_text(story: &Story<'_>) -> String {
    let what = match &story.next.command {
        Some(command) => format!("{}\n      {}", paint(BOLD, command), story.next.why),
        None => format!("nothing: {}", story.next.why),
    };
    format!("{}  {what}", paint(BOLD, "next"))
}
