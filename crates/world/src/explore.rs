//! The explorer: runs a scenario through every course that it may take, and shows the first one that breaks a promise.
//!
//! A [`Scenario`] names who acts (functions, EMR, the post between them) and what must hold. An execution plays it from
//! an empty world until nothing is left to do. Whatever could go one way or another is a *choice*: who moves next, what
//! becomes of a call, whether an event arrives. The default choice is always the undisturbed, orderly one; the others
//! are paid for from a [`Budget`], so that everything within a budget can be tried ([`Scenario::explore`]) and more
//! than that sampled ([`Scenario::sample`]). The choices of an execution are its [`Trace`]: the same trace is the same
//! execution, always.
//!
//! Some orders are never told apart, because nothing can see the difference:
//! - Reads of documents, secrets and logs, and what is told to others, do not wait for a turn: nobody decides on what
//!   is told, and to tell it at once is the strictest moment for "stored before told".
//! - An invocation runs up to its first call when it begins, and dies right after a write that went fine rather than
//!   before its next call: death changes nothing but who may come after.
//! - What becomes of an event is chosen when it is posted, not at every moment at which it could be lost.
//!
//! Time passes only when no invocation is under way: one that outlives its deadline is one that has died.

mod actor;
mod budget;
mod choices;
mod course;
mod disturbance;
mod execution;
mod facts;
pub mod invariants;
mod life;
mod mail;
mod meeting;
mod offers;
mod report;
mod sampling;
mod scenario;
mod search;
mod shrink;
mod story;
mod trace;

pub use actor::{Actor, Again, Answered, Letter, Post, Work, emr_events, published, timers};
pub use budget::{Budget, Deliveries, Faults, Switches};
pub use facts::Facts;
pub use life::{Act, Life, any_step_may_fail, completes, first_fails_at, first_stands, stays};
pub use report::{Broken, Explored};
pub use sampling::sample_on_all_cores;
pub use scenario::Scenario;
pub use trace::{BadTrace, Trace};
