//! `relay break-claim`: takes the claim of a run from a launcher that is known to be dead.

use aws::Aws;
use jiff::Timestamp;
use pipeline::ports::{Claimed, Runs};
use pipeline::run::{ClusterId, Outcome, Run};
use serde_json::json;

use crate::arguments::{BreakClaimArguments, Global};
use crate::commands::named_run;
use crate::connection::connect;
use crate::show::{moment, run_json};
use crate::stop::{Exit, Stop};
use crate::terminal::{BOLD, DIM, Terminal, paint};

/// Takes the claim over with a lease that ends now, so that the next delivery, or the sweeper, settles it at once.
pub(crate) async fn run(
    global: &Global,
    arguments: &BreakClaimArguments,
    terminal: &Terminal,
) -> Result<Exit, Stop> {
    let aws = connect(global).await?;
    let (run, _) = named_run::find(&aws, &arguments.name).await?;
    let now = Timestamp::now();
    match holder(&run, now) {
        Holder::None(why) => return Err(refused(&run, &why)),
        Holder::MayLive if !arguments.yes => return Err(may_live(&run)),
        Holder::MayLive | Holder::Dead => {}
    }
    take(&aws, &run, now).await?;
    let id = &run.key.correlation_id;
    terminal.show(
        || json!({"run": run_json(&run), "broken_claim_of": run.claimed_by, "next": "relay sweep"}),
        || {
            format!(
                "the claim of {} on run {} is broken\n{}",
                run.claimed_by,
                paint(BOLD, id),
                paint(DIM, "relay sweep")
            )
        },
    )?;
    Ok(Exit::Fine)
}

/// Who holds the claim of a run.
#[derive(Debug, PartialEq, Eq)]
enum Holder {
    /// Nobody: there is no claim to break, because.
    None(String),
    /// Somebody whose time has not run out.
    MayLive,
    /// Somebody whose time has run out.
    Dead,
}

fn holder(run: &Run, now: Timestamp) -> Holder {
    match (&run.cluster_id, run.outcome) {
        (_, Some(outcome)) => Holder::None(ended(outcome)),
        (Some(cluster), None) => Holder::None(works(cluster)),
        (None, None) if run.status.is_ended() => Holder::None(format!("it is {}", run.status)),
        (None, None) if now <= run.lease_until => Holder::MayLive,
        (None, None) => Holder::Dead,
    }
}

fn ended(outcome: Outcome) -> String {
    format!("it has ended {outcome}")
}

fn works(cluster: &ClusterId) -> String {
    format!("cluster {cluster} works on it")
}

fn refused(run: &Run, why: &str) -> Stop {
    let id = &run.key.correlation_id;
    Stop::new(
        Exit::Problems,
        "break_claim.no_claim",
        format!("run {id} is no claim without a cluster: {why}"),
    )
    .instead(format!("relay explain {id} tells what to do"))
}

fn may_live(run: &Run) -> Stop {
    let what = format!(
        "{} holds the claim until {} and may be alive: it could start a cluster beside another one",
        run.claimed_by,
        moment(run.lease_until)
    );
    Stop::new(Exit::Problems, "break_claim.may_live", what)
        .instead("wait until then and run relay sweep; or, if it is known to be dead, add --yes")
}

async fn take(aws: &Aws, run: &Run, now: Timestamp) -> Result<(), Stop> {
    match aws.take_over(run, &claimant(), now).await? {
        Claimed::Won => Ok(()),
        Claimed::Lost(now) => {
            let what =
                format!("the claim has moved on meanwhile: {} is {} now", now.key.correlation_id, now.status);
            Err(Stop::new(Exit::Problems, "break_claim.moved_on", what))
        }
    }
}

/// Who breaks it, for whoever reads the row.
fn claimant() -> String {
    let name = |names: &[&str]| {
        names.iter().find_map(|name| std::env::var(name).ok()).unwrap_or_else(|| "?".to_owned())
    };
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").map(|host| host.trim().to_owned());
    format!(
        "relay break-claim by {}@{}",
        name(&["USER", "LOGNAME"]),
        host.unwrap_or_else(|_| name(&["HOSTNAME"]))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::given::{at, claimed, ended, run};

    #[test]
    fn only_a_claim_without_a_cluster_is_broken_and_at_ease_only_when_its_time_has_run_out() {
        assert_eq!(holder(&claimed(), at(60)), Holder::MayLive);
        assert_eq!(holder(&claimed(), at(61)), Holder::Dead);
        assert_eq!(holder(&run(1), at(61)), Holder::None("cluster j-1CLUSTER1 works on it".into()));
        let refused = Run { cluster_id: None, ..ended(1, Outcome::Validation, 5) };
        assert_eq!(holder(&refused, at(61)), Holder::None("it has ended VALIDATION".into()));
    }
}
