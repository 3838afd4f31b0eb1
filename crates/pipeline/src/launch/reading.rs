//! What a launch reads before anything is paid for: the folder's files, all at once; then its secrets, all at once.

use futures_util::future::join_all;

use crate::check;
use crate::cluster::RunJobFlow;
use crate::document::{Problem, Problems, did_you_mean};
use crate::failure::{Failure, Kind, Remedy};
use crate::folder::{FILES, Folder};
use crate::plan::{Check, Plan};
use crate::ports::{Documents, Location, Secrets};
use crate::secret::Secret;
use crate::template::{Reference, Resolved, SecretName};

use super::{LaunchError, Order};

/// The folder of an order.
pub(crate) async fn folder(ports: &impl Documents, order: &Order) -> Result<Folder, LaunchError> {
    let reads = FILES.iter().map(|name| ports.read(&order.location, name));
    let mut files = Vec::with_capacity(FILES.len());
    for (name, read) in FILES.iter().zip(join_all(reads).await) {
        files.push((*name, read.map_err(LaunchError::Documents)?));
    }
    if files.iter().all(|(_, content)| content.is_none()) {
        return Err(unknown(ports, &order.location).await);
    }
    // What is wrong with a folder is told whole: also what the rules across its members find.
    Folder::read(&files).map_err(|found| LaunchError::Folder(check::files(&files).err().unwrap_or(found)))
}

async fn unknown(ports: &impl Documents, location: &Location) -> LaunchError {
    let place = location.to_string();
    let asked = place.rsplit('/').next().unwrap_or_default().to_owned();
    // A listing that fails only makes the message poorer.
    let neighbours = ports.neighbours(location).await.unwrap_or_default();
    let hint = match neighbours.is_empty() {
        true => String::new(),
        false => format!("; {}", did_you_mean(&asked, neighbours.iter().map(String::as_str))),
    };
    LaunchError::UnknownPipeline { place, hint }
}

/// A request that can be sent, and the secrets in it.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The request; it reveals the secrets.
    pub request: RunJobFlow,
    /// What of it must not be seen.
    pub secrets: Resolved,
}

impl Prepared {
    /// The request of a plan with these secrets: what they hold is proven before anything is started.
    pub(super) fn of(plan: &Plan, secrets: Resolved) -> Result<Self, LaunchError> {
        let request = plan.request(&secrets);
        let request =
            request.map_err(|problems| LaunchError::Secrets { problems, remedy: Remedy::GiveUp })?;
        Ok(Self { request, secrets })
    }
}

/// The request of a plan with all of its secrets, or everything that is wrong with them.
pub(crate) async fn prepared(ports: &impl Secrets, plan: &Plan) -> Result<Prepared, LaunchError> {
    let mut resolved = Resolved::default();
    let mut problems = Problems::default();
    let mut remedy = Remedy::Retry;
    for (reference, read) in fetched(ports, plan).await {
        match read {
            Ok(secret) => resolved.insert(reference.secret.clone(), secret),
            Err(failure) => {
                remedy = worse(remedy, failure.remedy_if_idempotent());
                problems.push(reference.unreadable(reason(&failure)));
            }
        }
    }
    if !problems.is_empty() {
        return Err(LaunchError::Secrets { problems, remedy });
    }
    Prepared::of(plan, resolved)
}

/// Each secret once, though several keys of it may be meant.
async fn fetched<'p>(ports: &impl Secrets, plan: &'p Plan) -> Vec<(&'p Reference, Result<Secret, Failure>)> {
    let mut wanted: Vec<&Reference> = Vec::new();
    for reference in &plan.references {
        if !wanted.iter().any(|known| known.secret == reference.secret) {
            wanted.push(reference);
        }
    }
    let reads = join_all(wanted.iter().map(|reference| fetch(ports, &reference.secret))).await;
    wanted.into_iter().zip(reads).collect()
}

async fn fetch(ports: &impl Secrets, name: &SecretName) -> Result<Secret, Failure> {
    match name {
        SecretName::SecretsManager(name) => ports.secret(name).await,
        SecretName::ParameterStore { name, version: None } => ports.parameter(name).await,
        SecretName::ParameterStore { name, version: Some(version) } => {
            ports.parameter(&format!("{name}:{version}")).await
        }
    }
}

fn reason(failure: &Failure) -> String {
    match failure.kind {
        Kind::NotFound => "there is none of that name".to_owned(),
        Kind::Denied => format!("the function's role may not read it ({})", failure.word),
        Kind::Throttled | Kind::Refused | Kind::NeverSent | Kind::Unknown => {
            format!("{} ({})", failure.message, failure.word)
        }
    }
}

/// One secret that will never be there makes trying again useless.
fn worse(one: Remedy, other: Remedy) -> Remedy {
    match (one, other) {
        (Remedy::GiveUp, _) | (_, Remedy::GiveUp) => Remedy::GiveUp,
        (Remedy::LookFirst | Remedy::Retry, Remedy::LookFirst | Remedy::Retry) => Remedy::Retry,
    }
}

/// The plan of a dry run, with the checks of the world that a launch would make.
pub(super) async fn checked(ports: &impl Secrets, mut plan: Plan) -> Plan {
    let mut checks = Vec::new();
    let mut resolved = Resolved::default();
    for (reference, read) in fetched(ports, &plan).await {
        let problem: Option<Problem> = match read {
            Ok(secret) => {
                resolved.insert(reference.secret.clone(), secret);
                None
            }
            Err(failure) => Some(reference.unreadable(reason(&failure))),
        };
        checks.push(Check { what: format!("{} can be read", reference.secret), problem });
    }
    if checks.iter().all(|check| check.problem.is_none())
        && let Err(problems) = plan.request(&resolved)
    {
        let what = "the secrets hold what is asked of them";
        checks
            .extend(problems.into_iter().map(|problem| Check { what: what.into(), problem: Some(problem) }));
    }
    plan.checks = checks;
    plan
}
