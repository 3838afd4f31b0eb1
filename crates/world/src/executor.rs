//! Polls futures by hand: one poll takes an invocation from one port call to the next.

use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use crate::World;

/// How an invocation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending<T> {
    /// It returned.
    Returned(T),
    /// It died at a call, and what it would have done after it was never done.
    Crashed,
}

impl<T> Ending<T> {
    /// What it returned; `None` if it died.
    pub fn returned(self) -> Option<T> {
        match self {
            Self::Returned(value) => Some(value),
            Self::Crashed => None,
        }
    }
}

/// Where an invocation stands after a poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<T> {
    /// Before its next port call.
    Waits,
    /// At its end. It must not be polled again.
    Over(Ending<T>),
}

/// A future on its way through a world, beside which others may be on theirs.
pub struct Invocation<'w, T> {
    world: &'w World,
    future: Pin<Box<dyn Future<Output = T> + 'w>>,
}

impl<'w, T> Invocation<'w, T> {
    /// Begins nothing yet.
    pub fn new(world: &'w World, future: impl Future<Output = T> + 'w) -> Self {
        Self { world, future: Box::pin(future) }
    }

    /// Makes the port call it waits for, and goes on to the next one. The future may wait for port calls only, or it waits for ever.
    pub fn poll(&mut self) -> Progress<T> {
        self.world.funnel.open();
        let polled = self.future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        match (polled, self.world.funnel.take_crash()) {
            (_, true) => Progress::Over(Ending::Crashed),
            (Poll::Ready(value), false) => Progress::Over(Ending::Returned(value)),
            (Poll::Pending, false) => Progress::Waits,
        }
    }
}

/// Runs one invocation to its end, alone.
pub fn run<T>(world: &World, future: impl Future<Output = T>) -> Ending<T> {
    let mut invocation = Invocation::new(world, future);
    loop {
        match invocation.poll() {
            Progress::Waits => {}
            Progress::Over(ending) => return ending,
        }
    }
}
