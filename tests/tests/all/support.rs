//! What tests stand on.

pub(crate) mod boto;
pub(crate) mod function;
pub(crate) mod local;
pub(crate) mod queue;
pub(crate) mod stack;
