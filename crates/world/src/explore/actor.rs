//! Who acts: a function, what reaches it, and what its answer means to whoever called it.

use std::pin::Pin;
use std::rc::Rc;

use jiff::{SignedDuration, Timestamp};
use pipeline::launch::Invocation;
use pipeline::ports::Timer;
use serde_json::Value;

use crate::World;

/// What an invocation brings back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// In a word or a code, for the story.
    pub told: &'static str,
    /// Whether its letter comes again.
    pub again: Again,
}

/// Whether a letter is delivered again after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It is done.
    Never,
    /// At once, or when the leases of this invocation have run out.
    Soon,
    /// When the leases of this invocation have run out.
    Later,
}

/// An invocation at work.
pub type Work<'w> = Pin<Box<dyn Future<Output = Answered> + 'w>>;

/// Something that invokes an actor.
#[derive(Debug, Clone)]
pub struct Letter {
    /// What it is, for the story.
    pub about: Rc<str>,
    /// Its payload.
    pub body: Rc<Value>,
    /// Not before.
    pub due: Timestamp,
}

/// Everything that somebody has posted after so many others, oldest first.
pub type Post = fn(&World, usize) -> Vec<Letter>;

/// The events of EMR.
pub fn emr_events(world: &World, seen: usize) -> Vec<Letter> {
    let now = pipeline::ports::Clock::now(world);
    world.emr_events_after(seen).into_iter().map(|event| Letter::new(about_emr(&event), event, now)).collect()
}

/// The timers that we have set, each due at its time.
pub fn timers(world: &World, seen: usize) -> Vec<Letter> {
    let letter = |timer: Timer| Letter::new("the timer", timer.event, timer.at);
    world.timers().into_iter().skip(seen).map(letter).collect()
}

/// What we have put on the bus.
pub fn published(world: &World, seen: usize) -> Vec<Letter> {
    let now = pipeline::ports::Clock::now(world);
    let letter = |change: pipeline::announcement::RunStateChange| {
        let about = format!("{} is {}", change.correlation_id, change.status);
        Letter::new(about, serde_json::to_value(&change).unwrap_or_default(), now)
    };
    world.published().into_iter().skip(seen).map(letter).collect()
}

fn about_emr(event: &Value) -> String {
    let detail = |member: &str| event.pointer(&format!("/detail/{member}")).and_then(Value::as_str);
    let cluster = super::story::short(detail("clusterId").unwrap_or_default());
    let state = detail("state").unwrap_or_default();
    match detail("stepId") {
        Some(_) => format!("step {} of {cluster} is {state}", detail("name").unwrap_or_default()),
        None => format!("cluster {cluster} is {state}"),
    }
}

impl Letter {
    /// With what it is about, its payload, and when it may arrive.
    pub fn new(about: impl Into<Rc<str>>, body: Value, due: Timestamp) -> Self {
        Self { about: about.into(), body: Rc::new(body), due }
    }
}

type Begin = Box<dyn for<'w> Fn(&'w World, Letter, Invocation) -> Work<'w>>;

/// A function of the system under exploration.
pub struct Actor {
    pub(crate) name: &'static str,
    pub(crate) begin: Begin,
    pub(crate) at_once: usize,
    pub(crate) asked: Vec<Value>,
    pub(crate) hears: Vec<Hearing>,
    pub(crate) every: Option<(SignedDuration, usize)>,
}

pub(crate) struct Hearing {
    pub(crate) post: Post,
    pub(crate) wants: fn(&Value) -> bool,
}

impl Actor {
    /// A name for stories, and what an invocation of it does.
    pub fn new(
        name: &'static str,
        begin: impl for<'w> Fn(&'w World, Letter, Invocation) -> Work<'w> + 'static,
    ) -> Self {
        Self { name, begin: Box::new(begin), at_once: 1, asked: vec![], hears: vec![], every: None }
    }

    /// It is sent this at the start, as often as the budget's [`Deliveries`](super::Deliveries) say; so many
    /// invocations of it may be under way at once.
    #[must_use]
    pub fn asked(mut self, event: Value) -> Self {
        self.asked.push(event);
        self
    }

    /// Whatever is posted there and wanted reaches it.
    #[must_use]
    pub fn hears(mut self, post: Post, wants: fn(&Value) -> bool) -> Self {
        self.hears.push(Hearing { post, wants });
        self
    }

    /// It is invoked so often, each time after this span.
    #[must_use]
    pub fn every(mut self, span: SignedDuration, times: usize) -> Self {
        self.every = Some((span, times));
        self
    }

    /// So many invocations of it may be under way at once; 1 by default.
    #[must_use]
    pub fn at_once(mut self, invocations: usize) -> Self {
        self.at_once = invocations;
        self
    }
}
