//! One script of port calls, told to the world in memory and to AWS on this machine, asks for equal answers.
//!
//! What tests on the world show of the verbs holds on AWS as far as the two answer alike, and so that is shown here.

mod claims;
mod clusters;
mod decisions;
mod foreign;
mod given;
mod notices;
mod on_aws;
mod on_world;
mod reads;
mod relaunches;
mod stage;
mod timers;
mod transcript;
mod updates;
mod writers;

use stage::Chapter;

fn is_told_alike(chapter: &impl Chapter) {
    let (world, aws) = (on_world::tell(chapter), on_aws::tell(chapter));
    assert!(!world.is_empty(), "the chapter tells nothing");
    let differ = world.iter().zip(&aws).filter(|(world, aws)| world != aws);
    let differences: Vec<String> =
        differ.map(|(world, aws)| format!("the world: {world}\n      AWS: {aws}")).collect();
    assert!(differences.is_empty(), "they disagree:\n\n{}\n", differences.join("\n\n"));
    assert_eq!(world.len(), aws.len());
}

#[test]
fn documents_secrets_and_logs_are_read_alike() {
    is_told_alike(&reads::Reads);
}

#[test]
fn clusters_live_and_end_alike() {
    is_told_alike(&clusters::Lives);
}

#[test]
fn clusters_that_nobody_knows_are_refused_alike() {
    is_told_alike(&clusters::Strangers);
}

#[test]
fn runs_are_claimed_alike() {
    is_told_alike(&claims::Claims);
}

#[test]
fn runs_rise_alike() {
    is_told_alike(&updates::Updating);
}

#[test]
fn further_attempts_are_claimed_alike() {
    is_told_alike(&relaunches::Relaunches);
}

#[test]
fn what_is_done_about_a_failure_is_decided_alike() {
    is_told_alike(&decisions::Decisions);
}

#[test]
fn rows_that_scripts_on_clusters_write_are_taken_alike() {
    is_told_alike(&foreign::Foreign);
}

#[test]
fn timers_are_set_alike() {
    is_told_alike(&timers::Setting);
}

#[test]
fn people_and_programs_are_told_alike() {
    is_told_alike(&notices::Telling);
}
