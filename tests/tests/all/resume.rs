//! Runs that fail and are resumed, by the functions themselves on clusters whose steps really run.

mod bad_events;
mod bad_pipelines;
mod deaths;
mod deployment;
mod diary;
mod disorder;
mod environment;
mod foreign_rows;
mod given;
mod lost;
mod many;
mod once;
mod schedules;
mod secrecy;
mod spark;
mod sweeps;
mod wishes;
