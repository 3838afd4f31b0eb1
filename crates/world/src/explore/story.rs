//! An execution as a story: one line for each move, with what changed by it.

mod change;

use std::fmt;

use jiff::Timestamp;
use pipeline::ports::Clock;
use pipeline::run::{ClusterId, StepState};

use crate::{Fate, World};

use super::disturbance::Destiny;
use super::life::Act;
use change::Seen;

/// What happened, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Story {
    lines: Vec<Line>,
    began: Option<Timestamp>,
    seen: Seen,
}

#[derive(Debug, Clone)]
struct Line {
    at: String,
    who: String,
    what: String,
    change: String,
    disturbed: bool,
}

impl Story {
    pub(crate) fn begin(&mut self, world: &World) {
        self.began = Some(world.now());
        self.seen = Seen::of(world);
    }

    /// An invocation has moved.
    pub(crate) fn moved(
        &mut self,
        world: &World,
        who: String,
        what: &str,
        disturbed: bool,
        comes_again: Option<Timestamp>,
    ) {
        let again = comes_again.map(|due| format!("; again at {}", self.clock(due)));
        self.line(world, who, format!("{what}{}", again.unwrap_or_default()), disturbed);
    }

    /// A cluster has moved.
    pub(crate) fn emr(&mut self, world: &World, cluster: &ClusterId, act: Act, is_fault: bool) {
        let id = short(cluster.as_str());
        let known = world.clusters().into_iter().find(|known| known.id == *cluster);
        let steps = known.map(|known| known.steps).unwrap_or_default();
        let name = |place: usize| steps.get(place).map_or("", |step| step.name.as_str());
        let what = match act {
            Act::Boot => format!("{id} comes up"),
            Act::Start(place) => format!("{id} begins step {}", name(place)),
            Act::Finish(place, StepState::Completed) => format!("{id} completes step {}", name(place)),
            Act::Finish(place, state) => format!("{id} ends step {} as {state}", name(place)),
            Act::End(_, code) => format!("{id} ends: {code}"),
            Act::Down => format!("{id} is down"),
        };
        self.line(world, "EMR".into(), what, is_fault);
    }

    /// Time has passed.
    pub(crate) fn time(&mut self, world: &World) {
        self.line(world, "time".into(), "passes".into(), false);
    }

    /// Something befalls an event.
    pub(crate) fn post(&mut self, world: &World, about: &str, destiny: Destiny) {
        let what = match destiny {
            Destiny::Arrives => "brings",
            Destiny::Lost => "loses",
            Destiny::Doubled => "doubles",
            Destiny::Late => "holds back",
        };
        self.line(world, "post".into(), format!("{what} \"{about}\""), true);
    }

    fn line(&mut self, world: &World, who: String, what: String, disturbed: bool) {
        let seen = Seen::of(world);
        let change = seen.since(&self.seen);
        self.seen = seen;
        let at = self.clock(world.now());
        self.lines.push(Line { at, who, what, change, disturbed });
    }

    /// Minutes and seconds since the story began.
    fn clock(&self, at: Timestamp) -> String {
        let seconds = self.began.map_or(0, |began| at.duration_since(began).as_secs());
        format!("{}:{:02}", seconds / 60, seconds % 60)
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = Line::head();
        let rows = || std::iter::once(&head).chain(&self.lines);
        let width =
            |text: fn(&Line) -> &str| rows().map(|line| text(line).chars().count()).max().unwrap_or(0);
        let (at, who) = (width(|line| &line.at), width(|line| &line.who));
        let what = width(|line| &line.what).min(WIDEST);
        for (number, line) in rows().enumerate() {
            let mark = if line.disturbed { '!' } else { ' ' };
            let number = if number == 0 { String::new() } else { number.to_string() };
            let Line { at: time, who: name, what: told, change, .. } = line;
            let row = format!("{mark}{number:>4}  {time:>at$}  {name:<who$}  {told:<what$}  {change}");
            writeln!(f, "{}", row.trim_end())?;
        }
        Ok(())
    }
}

impl Line {
    fn head() -> Self {
        let [at, who, what, change] = ["time", "who", "does what", "and so"].map(str::to_owned);
        Self { at, who, what, change, disturbed: false }
    }
}

/// Longer lines push their changes to the right instead of everybody's.
const WIDEST: usize = 64;

/// The calls of a move in words, with how it began and ended.
pub(crate) fn told_calls(
    begins: Option<&str>,
    calls: &[(&'static str, Fate)],
    answered: Option<&str>,
) -> String {
    let begun = begins.map(|about| format!("begins: {about}"));
    let groups = calls.chunk_by(|one, other| one == other).map(told_group);
    let ended = answered.map(|told| format!("returns {told}"));
    // What is read while an invocation comes up is no news.
    let groups = groups.filter(|group| begins.is_none() || !group.starts_with("documents.read x"));
    begun.into_iter().chain(groups).chain(ended).collect::<Vec<_>>().join("; ")
}

fn told_group(group: &[(&'static str, Fate)]) -> String {
    match group {
        [] => String::new(),
        [(name, fate)] => format!("{name}{}", told_fate(*fate)),
        [(name, fate), ..] => format!("{name} x{}{}", group.len(), told_fate(*fate)),
    }
}

fn told_fate(fate: Fate) -> String {
    match fate {
        Fate::Fine => String::new(),
        Fate::Fails(kind) => format!(" fails: {kind:?}").to_lowercase(),
        Fate::LosesAnswer => " done, its answer lost".into(),
        Fate::Stale => " answers from before".into(),
        Fate::CrashBefore => ": dies before it".into(),
        Fate::CrashAfter => ": dies after it".into(),
    }
}

/// A cluster's id without the zeros that fill it.
pub(crate) fn short(id: &str) -> String {
    match id.split_once('-') {
        Some((kind, number)) => format!("{kind}-{}", number.trim_start_matches('0')),
        None => id.to_owned(),
    }
}
