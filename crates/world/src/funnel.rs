//! The one place that every port call passes, and that decides what becomes of it.
//!
//! A call waits before its effect until it is let through, and each poll lets one call through: so whoever polls may let
//! another invocation go first, also between calls that one invocation makes together.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::task::Poll;

use pipeline::failure::{Failure, Kind};

use crate::{State, World};

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It does what it says.
    Fine,
    /// It fails without an effect.
    Fails(Kind),
    /// It takes effect, but its caller is told that nobody knows ([`Kind::Unknown`]).
    LosesAnswer,
    /// It answers from before: an index or a list that lags shows nothing yet. Fine for a call that cannot lag.
    Stale,
    /// Its caller dies before the effect.
    CrashBefore,
    /// Its caller dies after the effect.
    CrashAfter,
}

/// A call on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Call {
    /// How many calls were made before it.
    pub number: usize,
    /// Port and method, such as `runs.claim`.
    pub name: &'static str,
}

impl Call {
    /// Whether the service may answer this call from a state that has passed.
    pub fn may_lag(&self) -> bool {
        matches!(self.name, "clusters.find_marked" | "clusters.list" | "runs.by_cluster" | "runs.open")
    }

    /// Whether the call changes nothing. What is not known to be a read is taken for a write.
    pub fn is_read(&self) -> bool {
        ["documents.", "secrets.", "logs."].iter().any(|port| self.name.starts_with(port))
            || matches!(
                self.name,
                "clusters.find_marked"
                    | "clusters.describe"
                    | "clusters.list"
                    | "clusters.steps"
                    | "runs.by_cluster"
                    | "runs.find"
                    | "runs.history"
                    | "runs.open"
            )
    }
}

/// Which call a fate is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// The call of this number, counted from 0.
    Number(usize),
    /// The next call of this name.
    Next(&'static str),
}

impl At {
    fn is(self, call: &Call) -> bool {
        match self {
            Self::Number(number) => call.number == number,
            Self::Next(name) => call.name == name,
        }
    }
}

/// Where fates come from.
pub struct Fates(Box<dyn FnMut(&Call) -> Fate>);

impl Fates {
    /// Every call is fine.
    pub fn fine() -> Self {
        Self::chosen(|_| Fate::Fine)
    }

    /// Each fate strikes once, where it is meant to; every other call is fine.
    pub fn listed(fates: impl IntoIterator<Item = (At, Fate)>) -> Self {
        let mut left: Vec<(At, Fate)> = fates.into_iter().collect();
        Self::chosen(move |call| match left.iter().position(|(at, _)| at.is(call)) {
            Some(place) => left.remove(place).1,
            None => Fate::Fine,
        })
    }

    /// Each call's fate is chosen when it is made.
    pub fn chosen(choose: impl FnMut(&Call) -> Fate + 'static) -> Self {
        Self(Box::new(choose))
    }
}

impl Default for Fates {
    fn default() -> Self {
        Self::fine()
    }
}

/// Whether calls of this name do not wait.
pub(crate) type Unwaited = fn(&'static str) -> bool;

pub(crate) struct Funnel {
    fates: RefCell<Fates>,
    calls: RefCell<Vec<&'static str>>,
    crashed: Cell<bool>,
    /// Whether the poll at hand may still let a call through.
    open: Cell<bool>,
    unwaited: Cell<Unwaited>,
}

impl Default for Funnel {
    fn default() -> Self {
        Self {
            fates: RefCell::default(),
            calls: RefCell::default(),
            crashed: Cell::new(false),
            open: Cell::new(false),
            unwaited: Cell::new(|_| false),
        }
    }
}

impl Funnel {
    pub(crate) fn decree(&self, fates: Fates) {
        self.fates.replace(fates);
        self.calls.borrow_mut().clear();
    }

    pub(crate) fn calls(&self) -> Vec<&'static str> {
        self.calls.borrow().clone()
    }

    /// From now on these calls go through as soon as they are made.
    pub(crate) fn do_not_wait_for(&self, unwaited: Unwaited) {
        self.unwaited.set(unwaited);
    }

    /// Lets the next call through.
    pub(crate) fn open(&self) {
        self.open.set(true);
    }

    /// Whether the invocation that was just polled has died.
    pub(crate) fn take_crash(&self) -> bool {
        self.crashed.take()
    }

    fn next_fate(&self, name: &'static str) -> (Call, Fate) {
        let mut calls = self.calls.borrow_mut();
        let call = Call { number: calls.len(), name };
        calls.push(name);
        (call, (self.fates.borrow_mut().0)(&call))
    }

    /// Waits until it is let through. Calls that run together die together: after a crash none has an effect any more.
    async fn turn(&self, name: &'static str) {
        let mut waited = (self.unwaited.get())(name);
        let unwaited = waited;
        std::future::poll_fn(|context| {
            if waited && !self.crashed.get() && (unwaited || self.open.take()) {
                return Poll::Ready(());
            }
            waited = true;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    async fn crash(&self) -> Infallible {
        self.crashed.set(true);
        std::future::pending().await
    }
}

impl World {
    /// Makes a call: every method of every port is one of these.
    pub(crate) async fn call<T>(
        &self,
        name: &'static str,
        effect: impl FnOnce(&mut State) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.funnel.turn(name).await;
        let (call, fate) = self.funnel.next_fate(name);
        let apply = || {
            let mut state = self.state.borrow_mut();
            state.writes += usize::from(!call.is_read());
            effect(&mut state)
        };
        match fate {
            Fate::Fine => apply(),
            Fate::Stale => self.stale(apply),
            Fate::Fails(kind) => Err(struck(name, kind)),
            Fate::LosesAnswer => apply().and(Err(struck(name, Kind::Unknown))),
            Fate::CrashBefore => match self.funnel.crash().await {},
            Fate::CrashAfter => {
                let _never_seen = apply();
                match self.funnel.crash().await {}
            }
        }
    }

    fn stale<T>(&self, apply: impl FnOnce() -> T) -> T {
        self.state.borrow_mut().stale = true;
        let answer = apply();
        self.state.borrow_mut().stale = false;
        answer
    }
}

/// The failure of a call that was fated to fail.
fn struck(name: &'static str, kind: Kind) -> Failure {
    let word = match kind {
        Kind::Throttled => "ThrottlingException",
        Kind::Denied => "AccessDeniedException",
        Kind::NotFound => "ResourceNotFoundException",
        Kind::Refused => "ValidationException",
        Kind::NeverSent => "connection",
        Kind::Unknown => "timeout",
    };
    refusal(name, word, "so it was fated", kind)
}

/// A failure in the words of the service that refuses.
pub(crate) fn refusal(doing: &str, word: &str, message: &str, kind: Kind) -> Failure {
    Failure { doing: doing.to_owned(), word: word.to_owned(), message: message.to_owned(), kind }
}
