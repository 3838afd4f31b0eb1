//! What would be launched, and why: an order, the pipeline's folder and a day, put together.
//!
//! Pure: the same order and folder give the same plan. Secrets are only named here; they are put in when the request is
//! made to be sent ([`Plan::request`]), and what people see has a mask in their place.

mod dates;
mod requested;
mod shown;
mod steps;

pub use requested::RUN_TABLE;
pub use steps::PlannedStep;
pub(crate) use steps::owed as owed_steps;

use jiff::Timestamp;

use crate::check;
use crate::cluster::RunJobFlow;
use crate::definition::Period;
use crate::document::{Node, Path, Problem, Problems, Source, read};
use crate::folder::Folder;
use crate::launch::Order;
use crate::run::{Attempt, AttemptKey, DataProduct, OwedStep, PipelineName, RunKey, Topics};
use crate::template::{Reference, Resolved, Values, fill_steps, references, resolve};

/// A launch that could be made.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The attempt that it would be.
    pub key: AttemptKey,
    /// Its pipeline.
    pub pipeline: PipelineName,
    /// The day that the run is about, `YYYY-MM-DD`.
    pub date: String,
    /// `Name` of the request.
    pub name: String,
    /// Prefix of the snapshots that it reads.
    pub s3_prefix: Option<String>,
    /// Where the pipeline wants to be told.
    pub notify: Topics,
    /// The steps of the pipeline, with those that are left out and why.
    pub steps: Vec<PlannedStep>,
    /// Every step of the pipeline as it is now, those that are left out too.
    pub owed: Vec<OwedStep>,
    /// How long the attempt may live.
    pub deadline: Option<Period>,
    /// Whether a failed step fails the run although its action is CONTINUE.
    pub continue_fails: bool,
    /// The secrets that the request needs.
    pub references: Vec<Reference>,
    /// A security configuration to be copied, and the name of the copy.
    pub security_configuration_copy: Option<(String, String)>,
    /// What would probably be regretted.
    pub warnings: Problems,
    /// Checks of the world that were made for this plan.
    pub checks: Vec<Check>,
    /// Hash of the launch event.
    pub payload_hash: String,
    /// Hash of the folder.
    pub config_hash: String,
    /// The request with its secrets as references.
    request: Node,
}

/// A check of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub what: String,
    /// What is wrong, if anything.
    pub problem: Option<Problem>,
}

/// Plans a launch. Everything that is wrong is told at once.
///
/// # Errors
/// All problems of the event, of what it lays over the folder, and of the whole request.
pub fn plan(order: &Order, folder: &Folder, now: Timestamp) -> Result<Plan, Problems> {
    let event = Source::named("event");
    let mut problems = guards(order, folder, &event);
    let date = dates::date_of(order, now, &event, &mut problems);
    let key = problems.take(key(order, folder, &event));
    let Some(key) = key else { return Err(problems) };

    let (mut request, laid_over) = laid_over(order, folder, key.attempt, &date);
    problems.extend(laid_over);
    let mut owed = steps::owed(&request);
    let steps =
        problems.take(steps::reduce(&mut request, order, &folder.definition, &event)).unwrap_or_default();
    owed.iter_mut().zip(&steps).for_each(|(owed, step)| owed.runs = step.skipped.is_none());
    problems.extend(fill_steps(&mut request, &values(order, &key, &date, now)));
    let copy =
        problems.take(requested::copy_security_configuration(&mut request, order, &key, &event)).flatten();
    let references = problems.take(references(&mut request)).unwrap_or_default();
    problems.extend(check::definition(folder));
    let checked = problems.take(check::request(&request.masked()));
    let Some(checked) = checked.filter(|_| !problems.has_errors()) else { return Err(problems.sorted()) };
    problems.extend(checked.warnings);
    // After the checks, which tell of tags in the folder that these replace.
    requested::put_tags(&mut request, order, &key, &date);
    let continue_fails = continue_fails(folder, &checked.request);

    Ok(Plan {
        key,
        pipeline: order.pipeline.clone(),
        date,
        name: checked.request.name.unwrap_or_default(),
        s3_prefix: requested::s3_prefix(order),
        notify: notify(folder),
        steps,
        owed,
        deadline: folder.definition.deadline,
        continue_fails,
        references,
        security_configuration_copy: copy,
        warnings: problems,
        checks: vec![],
        payload_hash: order.event.payload_hash(),
        config_hash: folder.config_hash.clone(),
        request,
    })
}

/// The request of an attempt with all of its steps: the folder's, with what retries and the event lay over it.
pub(crate) fn laid_over(order: &Order, folder: &Folder, attempt: Attempt, date: &str) -> (Node, Problems) {
    let mut request = folder.request.clone();
    let mut problems = Problems::default();
    if attempt > Attempt::FIRST {
        problems.extend(requested::lay_over_retry(&mut request, folder));
    }
    problems.extend(requested::lay_over(&mut request, order, date));
    (request, problems)
}

impl Plan {
    /// The request to be sent, with its secrets. Nothing but RunJobFlow may get it.
    ///
    /// # Errors
    /// The secrets that are missing or have not what is asked of them.
    pub fn request(&self, secrets: &Resolved) -> Result<RunJobFlow, Problems> {
        let mut request = self.request.clone();
        resolve(&mut request, secrets)?;
        read(&request)
    }

    /// The names of the steps that the attempt would owe, in their order.
    pub fn owed_steps(&self) -> Vec<String> {
        self.steps.iter().filter(|step| step.skipped.is_none()).map(|step| step.name.clone()).collect()
    }
}

/// With several steps at once EMR takes no other action than CONTINUE, so there the word does not say that a step may
/// fail.
fn continue_fails(folder: &Folder, request: &RunJobFlow) -> bool {
    let parallel = request.step_concurrency_level.is_some_and(|level| level > 1);
    folder.definition.retry.continue_fails.unwrap_or(parallel)
}

fn key(order: &Order, folder: &Folder, event: &Source) -> Result<AttemptKey, Problems> {
    if let Some(again) = &order.again {
        return Ok(again.key.clone());
    }
    let name = folder.definition.data_product(order.pipeline.as_str());
    let data_product = DataProduct::parse(&name)
        .map_err(|bad| Problem::about("config.data_product", event, bad.to_string()))?;
    let run = RunKey { correlation_id: order.correlation_id.clone(), data_product };
    Ok(AttemptKey { run, attempt: Attempt::FIRST })
}

fn notify(folder: &Folder) -> Topics {
    let notify = &folder.definition.notify;
    Topics { information: notify.information.clone(), critical: notify.critical.clone() }
}

fn values(order: &Order, key: &AttemptKey, date: &str, now: Timestamp) -> Values {
    let event = &order.event;
    Values {
        correlation_id: Some(key.run.correlation_id.to_string()),
        run_id: Some(key.attempt.to_string()),
        data_product: Some(key.run.data_product.to_string()),
        date: Some(date.to_owned()),
        start_date: Some(event.start_dt.clone().unwrap_or_else(|| date.to_owned())),
        end_date: Some(event.end_dt.clone().unwrap_or_else(|| date.to_owned())),
        export_date: Some(event.export_date.clone().unwrap_or_else(|| date.to_owned())),
        s3_prefix: requested::s3_prefix(order),
        snapshot_type: event.snapshot_type.clone(),
        dataset: None,
        timestamp: Some(now.to_string()),
    }
}

/// What must not be launched here, whatever the request says.
fn guards(order: &Order, folder: &Folder, event: &Source) -> Problems {
    let guarded = folder.definition.guards.environment.as_deref() == Some("production");
    let confirmed = order.event.confirm.as_deref() == Some(order.pipeline.as_str());
    let mut problems = not_acted_upon(folder);
    if guarded && order.event.e2e_test_flg == Some(true) {
        let message = "e2e_test_flg is forbidden: the pipeline guards a production environment";
        problems.push(Problem::about("guard.e2e_test", event, message));
    }
    if guarded && order.event.clean_up_flg == Some(true) && !confirmed {
        let message = "clean_up_flg deletes output of a production environment and is not confirmed";
        let help = format!("add \"confirm\": \"{}\" to the event", order.pipeline);
        problems.push(Problem::about("guard.clean_up", event, message).help(help));
    }
    problems
}

/// What `pipeline.yaml` asks for and this version does not do is told. Passing over a key that decides what a launch
/// does would load the wrong dates, or pay for a cluster without its source: it forbids the launch.
fn not_acted_upon(folder: &Folder) -> Problems {
    let told = |key, told: fn(_, &_, &Path, String) -> Problem, then: &str| {
        let node = folder.definition_document.get(key).filter(|node| !node.is_null())?;
        let message = format!("{key} is not acted upon by this version{then}");
        Some(told("plan.not_acted_upon", &node.origin, &Path::keys(&[key]), message))
    };
    let forbids = ["catch_up", "source"];
    let waits = ["catalog", "queries", "metrics"];
    let errors = forbids.iter().filter_map(|key| told(key, Problem::error, ", so nothing is launched"));
    errors.chain(waits.iter().filter_map(|key| told(key, Problem::warning, ""))).collect()
}
