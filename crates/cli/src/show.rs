//! Runs, steps and rows as tables for people and as JSON for scripts.

mod decision;
mod history;
mod plan;
mod run;
mod steps;
mod tables;

pub(crate) use decision::{decision_json, decision_text, plain_decision};
pub(crate) use history::{cause_facts, history_json, history_text, seconds, standing_text, step_json};
pub(crate) use plan::plan_text;
pub(crate) use run::{moment, outcome_style, outcome_text, run_json, runs_table, without_nulls};
pub(crate) use steps::{Standing, StepLine, step_lines};
pub(crate) use tables::{rows_table, table};
