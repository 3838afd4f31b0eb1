//! What stands where: rows below one another, names at the left, bars in the middle, states at the right.
//!
//! Every label has a row, or a column of its row, to itself, and is cut where it would leave it.

use jiff::Timestamp;
use pipeline::run::{Run, StepState};

use super::lettering::width;
use super::marks::{Anchor, Bar, Label, TEXT, Tone};
use super::scale::{Scale, Span};
use crate::explain::Chapter;
use crate::show::{Standing, StepLine, plain_decision, seconds};

/// How wide every drawing is.
pub(super) const WIDTH: f64 = 1200.0;
const PAD: f64 = 24.0;
/// Where the text of a band begins.
const INSET: f64 = PAD + 12.0;
const ROW: f64 = 24.0;
/// How far below the top of its row a text stands.
const BASE: f64 = 16.0;
const BAR: f64 = 14.0;
/// A step that took no time can still be seen.
const THIN: f64 = 3.0;
const NAMES_AT_MOST: f64 = 290.0;
const STATES: f64 = 200.0;
const TITLE: f64 = 18.0;

/// Everything, in numbers.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) title: String,
    pub(super) height: f64,
    pub(super) labels: Vec<Label>,
    pub(super) bars: Vec<Bar>,
    /// Top and height of the band behind each attempt.
    pub(super) bands: Vec<(f64, f64)>,
    /// Waits: from, to, and how high.
    pub(super) waits: Vec<(f64, f64, f64)>,
    /// Where ticks go down through the chart.
    pub(super) grid: Vec<f64>,
    /// Where the axis is cut.
    pub(super) cuts: Vec<(f64, f64)>,
    /// The rows of bars, from top to bottom: where the grid is drawn, so that it crosses no text.
    pub(super) rows: Vec<(f64, f64)>,
    /// Where the axis ends and the chart begins.
    pub(super) top: f64,
}

/// Lays a run out, as it stands now.
pub(super) fn lay_out(run: &Run, chapters: &[Chapter<'_>], now: Timestamp) -> Layout {
    let spans: Vec<Span> = chapters.iter().map(|chapter| span(chapter, now)).collect();
    let plot = Plot { left: INSET + names_width(chapters) + 14.0, right: WIDTH - PAD - STATES };
    let scale = Scale::over(&spans, plot.left, plot.right);
    let mut page = Page { layout: Layout::default(), y: PAD, plot, scale, now };
    page.head(run, &spans);
    page.axis();
    for (place, chapter) in chapters.iter().enumerate() {
        page.chapter(chapter);
        page.follows(chapter, spans.get(place), spans.get(place + 1));
    }
    page.done()
}

fn span(chapter: &Chapter<'_>, now: Timestamp) -> Span {
    let began = chapter.began().unwrap_or(now);
    (began, chapter.ended_at.unwrap_or(now).max(began))
}

fn names_width(chapters: &[Chapter<'_>]) -> f64 {
    let names = chapters.iter().flat_map(|chapter| &chapter.steps).map(|step| width(step.name, TEXT));
    names.fold(width("cluster", TEXT), f64::max).min(NAMES_AT_MOST)
}

/// The middle column; names end where it begins, states begin where it ends.
#[derive(Debug, Clone, Copy)]
struct Plot {
    left: f64,
    right: f64,
}

struct Page {
    layout: Layout,
    /// The top of the next row.
    y: f64,
    plot: Plot,
    scale: Scale,
    now: Timestamp,
}

impl Page {
    fn put(&mut self, label: Label) {
        self.layout.labels.push(label);
    }

    /// A label in this row; `right` is where its column ends.
    fn in_row(&self, left: f64, right: f64, text: &str) -> Label {
        Label::new(left, self.y + BASE, right - left, text)
    }

    fn head(&mut self, run: &Run, spans: &[Span]) {
        self.layout.title = format!("run {}", run.key.correlation_id);
        let title = Label::new(
            PAD,
            self.y + TITLE,
            (WIDTH - 2.0 * PAD) * TEXT / TITLE,
            run.key.correlation_id.as_str(),
        );
        self.put(Label { size: TITLE, ..title }.bold());
        self.y += TITLE + 8.0;
        let about = self.in_row(PAD, WIDTH - PAD, &subtitle(run, spans)).tone(Tone::Faint);
        self.put(about);
        self.y += ROW + 4.0;
        self.legend();
        self.y += ROW + 12.0;
    }

    fn legend(&mut self) {
        let mut x = PAD;
        for (tone, word) in [
            (Tone::Starting, "cluster starting"),
            (Tone::Up, "cluster up"),
            (Tone::Completed, "completed"),
            (Tone::Running, "running"),
            (Tone::Failed, "failed"),
            (Tone::Stopped, "cancelled or interrupted"),
        ] {
            let tip = word.to_owned();
            self.layout.bars.push(Bar { x, y: self.y + 5.0, width: BAR, height: BAR, tone, tip });
            let label = self.in_row(x + BAR + 6.0, WIDTH - PAD, word);
            x = label.ends().1 + 22.0;
            self.put(label);
        }
    }

    /// Ticks whose labels would touch are left without one.
    fn axis(&mut self) {
        let day = self.in_row(INSET, self.plot.left, "UTC").tone(Tone::Faint);
        self.put(day);
        let mut taken = self.plot.left - width("00:00:00", TEXT);
        for tick in self.scale.ticks() {
            self.layout.grid.push(tick.x);
            let label = self.in_row(tick.x, WIDTH, &tick.text).anchored(Anchor::Middle).tone(Tone::Faint);
            let (left, right) = label.ends();
            if left >= taken {
                taken = right + 8.0;
                self.put(label);
            }
        }
        self.layout.cuts = self.scale.cuts();
        self.y += ROW;
        self.layout.top = self.y;
    }

    fn chapter(&mut self, chapter: &Chapter<'_>) {
        let top = self.y;
        self.y += 6.0;
        self.chapter_title(chapter);
        self.cluster(chapter);
        let mut told = false;
        for step in &chapter.steps {
            self.step(step);
            if !told && is_to_blame(step, chapter) {
                told = true;
                self.cause(chapter);
            }
        }
        if !told {
            self.cause(chapter);
        }
        self.y += 8.0;
        self.layout.bands.push((top, self.y - top));
    }

    fn chapter_title(&mut self, chapter: &Chapter<'_>) {
        let cluster = chapter.record.map(|record| format!(" on {}", record.cluster_id)).unwrap_or_default();
        let (began, ended) = span(chapter, self.now);
        let right = self.plot.right + 12.0;
        let title =
            self.in_row(INSET, self.plot.right, &format!("attempt {}{cluster}", chapter.attempt)).bold();
        self.put(title);
        let took = seconds(ended.duration_since(began));
        let word = chapter.outcome.map_or_else(|| "under way".to_owned(), |outcome| outcome.to_string());
        let tone = chapter.outcome.map_or(Tone::Running, Tone::of_outcome);
        let end = self.in_row(right, WIDTH - PAD, &format!("{word} · {took}")).tone(tone).bold();
        self.put(end);
        self.y += ROW;
    }

    fn cluster(&mut self, chapter: &Chapter<'_>) {
        let (began, ended) = span(chapter, self.now);
        let ready = chapter.record.and_then(|record| record.ready_at).filter(|ready| *ready <= ended);
        self.name("cluster", Tone::Faint);
        self.row();
        self.bar((began, ready.unwrap_or(ended)), Tone::Starting, "claimed, and its cluster starting");
        if let Some(ready) = ready {
            self.bar((ready, ended), Tone::Up, "the cluster could run steps");
        }
        let waited = match (ready, chapter.outcome) {
            (Some(ready), _) => format!("ready after {}", seconds(ready.duration_since(began))),
            (None, Some(_)) => "never ready".to_owned(),
            (None, None) => "not ready yet".to_owned(),
        };
        self.state(&waited, Tone::Faint);
        self.y += ROW;
    }

    fn step(&mut self, step: &StepLine<'_>) {
        let tone = Tone::of_step(step.standing);
        let took = step.took(self.now).map(|took| format!(" · {}", seconds(took))).unwrap_or_default();
        self.name(step.name, Tone::Plain);
        self.row();
        if let Some(began) = step.record.and_then(|record| record.started_at) {
            let ended = step.took(self.now).map_or(began, |took| began + took);
            self.bar((began, ended), tone, &format!("{} {}{took}", step.name, step.standing.as_str()));
        }
        self.state(&format!("{}{took}", step.standing.as_str()), tone);
        self.y += ROW;
    }

    fn name(&mut self, name: &str, tone: Tone) {
        let label = self.in_row(INSET, self.plot.left - 14.0, name).tone(tone);
        self.put(label);
    }

    fn row(&mut self) {
        self.layout.rows.push((self.y, self.y + ROW));
    }

    fn state(&mut self, text: &str, tone: Tone) {
        let label = self.in_row(self.plot.right + 12.0, WIDTH - PAD, text).tone(tone);
        self.put(label);
    }

    fn bar(&mut self, (from, to): Span, tone: Tone, tip: &str) {
        let (left, right) = (self.scale.x(from), self.scale.x(to));
        let width = (right - left).max(THIN);
        let x = left.min(self.plot.right - width);
        self.layout.bars.push(Bar { x, y: self.y + 5.0, width, height: BAR, tone, tip: tip.to_owned() });
    }

    /// Why it failed, below the step that did: the most telling of what is known.
    fn cause(&mut self, chapter: &Chapter<'_>) {
        let Some(cause) = chapter.cause else { return };
        let step = cause.step.as_deref().map(|step| format!("{step}: ")).unwrap_or_default();
        let why = cause
            .log_line
            .as_ref()
            .or(cause.message.as_ref())
            .or(cause.reason.as_ref())
            .or(cause.code.as_ref());
        let tone = chapter.outcome.map_or(Tone::Failed, Tone::of_outcome);
        let text = format!("✗ {step}{}", why.map_or("unknown", String::as_str));
        let label = self.in_row(INSET, WIDTH - PAD - 12.0, &text).tone(tone);
        self.put(label);
        self.y += ROW;
    }

    /// What was decided about the end of an attempt, and how long it took until the next one.
    fn follows(&mut self, chapter: &Chapter<'_>, this: Option<&Span>, next: Option<&Span>) {
        let wait = this.zip(next).map(|(this, next)| (this.1, next.0));
        let waited = wait.map(|(from, to)| format!("{} later: ", seconds(to.duration_since(from))));
        let decided = chapter.decision.map(plain_decision);
        if let Some(text) = decided.or(waited.as_ref().map(|_| "the next attempt".to_owned())) {
            self.y += 4.0;
            let text = format!("→ {}{text}", waited.unwrap_or_default());
            let label = self.in_row(INSET, WIDTH - PAD - 12.0, &text);
            self.put(label);
            self.y += ROW;
        }
        if let Some((from, to)) = wait {
            self.layout.waits.push((self.scale.x(from), self.scale.x(to), self.y + 5.0));
            self.y += 14.0;
        }
    }

    fn done(mut self) -> Layout {
        self.layout.height = self.y + PAD;
        self.layout
    }
}

fn is_to_blame(step: &StepLine<'_>, chapter: &Chapter<'_>) -> bool {
    let blamed = chapter.cause.and_then(|cause| cause.step.as_deref());
    step.standing == Standing::Known(StepState::Failed) && blamed == Some(step.name)
}

fn subtitle(run: &Run, spans: &[Span]) -> String {
    let began = spans.first().map(|span| span.0.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    let took = spans.first().zip(spans.last()).map(|(first, last)| seconds(last.1.duration_since(first.0)));
    let end =
        run.outcome.map_or_else(|| run.status.to_string(), |outcome| format!("{} ({outcome})", run.status));
    format!(
        "pipeline {}, data product {}, for {}  ·  {end}  ·  {} from {}",
        run.pipeline,
        run.key.data_product,
        run.date,
        took.unwrap_or_default(),
        began.unwrap_or_default()
    )
}
