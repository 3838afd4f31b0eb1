//! Runs, steps and rows as tables for people and as JSON for scripts.

mod history;
mod plan;
mod run;
mod steps;
mod tables;

pub(crate) use history::{history_json, history_text, seconds, standing_text};
pub(crate) use plan::plan_text;
pub(crate) use run::{outcome_text, run_json, runs_table};
pub(crate) use steps::{Standing, StepLine, step_lines};
pub(crate) use tables::{rows_table, table};
