//! Clusters: found by their marks, described, brought to their ends.

use jiff::Timestamp;
use pipeline::cluster::{
    ActionOnFailure, HadoopJarStepConfig, JobFlowInstancesConfig, RunJobFlow, StepConfig, Tag,
};
use pipeline::ports::{ClusterReport, Clusters, ListedCluster, Mark, Runs, StepReport};
use pipeline::run::{ClusterId, StepId, StepState};

use super::given::{SECURITY_CONFIGURATION, cluster_id, first, second};
use super::stage::{Chapter, Stage};
use super::transcript::Transcript;

/// Clusters of each kind of end, from request to end.
pub(crate) struct Lives;

/// A name, the action and end of each step, and whether the cluster is to stay after them.
const LIVES: &[(&str, &[(ActionOnFailure, StepState)])] = &[
    (
        "well",
        &[
            (ActionOnFailure::TerminateCluster, StepState::Completed),
            (ActionOnFailure::Continue, StepState::Completed),
        ],
    ),
    (
        "ends",
        &[
            (ActionOnFailure::TerminateCluster, StepState::Failed),
            (ActionOnFailure::Continue, StepState::Cancelled),
        ],
    ),
    (
        "goes-on",
        &[
            (ActionOnFailure::Continue, StepState::Failed),
            (ActionOnFailure::TerminateCluster, StepState::Completed),
        ],
    ),
    (
        "stops",
        &[
            (ActionOnFailure::CancelAndWait, StepState::Failed),
            (ActionOnFailure::Continue, StepState::Cancelled),
        ],
    ),
    ("idle", &[]),
];

impl Chapter for Lives {
    async fn play(&self, stage: &impl Stage, told: &mut Transcript) {
        for (name, steps) in LIVES {
            let request = request(name, steps);
            let id = start(stage, told, name, &request).await;
            let ends: Vec<StepState> = steps.iter().map(|(_, end)| *end).collect();
            stage.see_end(&id, &ends).await;
            tell_state(stage, told, name, &id).await;
            told.tell("terminate what has ended", &stage.ports().terminate(&[id]).await);
        }
    }
}

/// Marks, refusals, and what nobody has made.
pub(crate) struct Strangers;

impl Chapter for Strangers {
    async fn play(&self, stage: &impl Stage, told: &mut Transcript) {
        refusals(stage, told).await;
        marks(stage, told).await;
        tables(stage, told).await;
        cancellations(stage, told).await;
        terminations(stage, told).await;
        unknown(stage, told).await;
        security_configurations(stage, told).await;
    }
}

fn tag(key: &str, value: &str) -> Tag {
    Tag { key: Some(key.into()), value: Some(value.into()) }
}

fn request(name: &str, steps: &[(ActionOnFailure, StepState)]) -> RunJobFlow {
    let instances = JobFlowInstancesConfig {
        master_instance_type: Some("m5.xlarge".into()),
        instance_count: Some(1),
        keep_job_flow_alive_when_no_steps: Some(false),
        ..JobFlowInstancesConfig::default()
    };
    RunJobFlow {
        name: Some(name.into()),
        release_label: Some("emr-7.5.0".into()),
        job_flow_role: Some("EMR_EC2_DefaultRole".into()),
        service_role: Some("EMR_DefaultRole".into()),
        instances: Some(instances),
        steps: Some(steps.iter().enumerate().map(|(place, step)| config(place, *step)).collect()),
        tags: Some(vec![
            tag("Correlation_Id", name),
            tag("Run_Id", "1"),
            tag("DataProduct", first(name).run.data_product.as_str()),
            tag("Pipeline", "team/pdm"),
        ]),
        ..RunJobFlow::default()
    }
}

/// A step that ends so where its turn comes.
fn config(place: usize, (action, end): (ActionOnFailure, StepState)) -> StepConfig {
    let command: &[&str] = match end {
        StepState::Failed => &["false"],
        StepState::Running => &["sleep", "600"],
        StepState::Completed
        | StepState::Cancelled
        | StepState::Pending
        | StepState::CancelPending
        | StepState::Interrupted => &["true"],
    };
    let jar = HadoopJarStepConfig {
        jar: Some("command-runner.jar".into()),
        args: Some(command.iter().map(|&word| word.to_owned()).collect()),
        ..HadoopJarStepConfig::default()
    };
    StepConfig {
        name: Some(format!("step {place}")),
        action_on_failure: Some(action),
        hadoop_jar_step: Some(jar),
        ..StepConfig::default()
    }
}

async fn start(stage: &impl Stage, told: &mut Transcript, name: &str, request: &RunJobFlow) -> ClusterId {
    let started = stage.ports().start(request).await;
    if let Ok(started) = &started {
        told.name(started.cluster_id.as_str(), name);
    }
    told.tell("start", &started.clone().map(|started| started.cluster_id));
    started.unwrap().cluster_id
}

async fn tell_state(stage: &impl Stage, told: &mut Transcript, name: &str, id: &ClusterId) {
    let report = stage.ports().describe(id).await;
    told.tell(&format!("describe {name}"), &report.map(|report| report.map(settled)));
    let steps = stage.ports().steps(id).await;
    told.tell(
        &format!("steps of {name}"),
        &steps.map(|steps| steps.iter().map(outlined).collect::<Vec<_>>()),
    );
}

/// A report without what time and machine bring into it.
fn settled(report: ClusterReport) -> impl std::fmt::Debug {
    let times = [report.ready_at.is_some(), report.ended_at.is_some()];
    (report.name, report.state, report.reason_code, report.reason_message, report.tags, report.log_uri, times)
}

fn outlined(step: &StepReport) -> impl std::fmt::Debug + use<> {
    let times = [step.started_at.is_some(), step.ended_at.is_some()];
    (step.name.clone(), step.state, step.action_on_failure.clone(), step.failure.is_some(), times)
}

async fn refusals(stage: &impl Stage, told: &mut Transcript) {
    let good = request("refused", &[]);
    let many = vec![config(0, (ActionOnFailure::Continue, StepState::Completed)); 257];
    for (call, bad) in [
        ("start without a name", RunJobFlow { name: None, ..good.clone() }),
        ("start without instances", RunJobFlow { instances: None, ..good.clone() }),
        ("start 257 steps", RunJobFlow { steps: Some(many), ..good.clone() }),
    ] {
        let started = stage.ports().start(&bad).await;
        told.tell(call, &started.map(|started| started.cluster_id));
    }
}

fn mark(name: &str) -> Mark {
    Mark { name: name.into(), key: first(name) }
}

async fn marks(stage: &impl Stage, told: &mut Transcript) {
    let request = request("twice", &[(ActionOnFailure::Continue, StepState::Running)]);
    for name in ["first", "second"] {
        start(stage, told, name, &request).await;
    }
    for (call, mark, since) in [
        ("find", mark("twice"), Timestamp::UNIX_EPOCH),
        ("find by another name", Mark { name: "other".into(), ..mark("twice") }, Timestamp::UNIX_EPOCH),
        ("find another attempt", Mark { key: second("twice"), ..mark("twice") }, Timestamp::UNIX_EPOCH),
        ("find another run", Mark { key: first("thrice"), ..mark("twice") }, Timestamp::UNIX_EPOCH),
        ("find what was made later", mark("twice"), "2999-01-01T00:00:00Z".parse().unwrap()),
    ] {
        let found = stage.ports().find_marked(&mark, since).await;
        let ids = found.map(|found| found.into_iter().map(|one| one.cluster_id).collect::<Vec<_>>());
        told.tell(call, &ids);
    }
}

/// A cluster that names another run table is of another deployment.
async fn tables(stage: &impl Stage, told: &mut Transcript) {
    for (name, table) in [("tabled", stage.ports().table()), ("elsewhere", "another-table")] {
        let mut request = request(name, &[]);
        request.tags.get_or_insert_default().push(tag("Run_Table", table));
        let id = start(stage, told, name, &request).await;
        let found = stage.ports().find_marked(&mark(name), Timestamp::UNIX_EPOCH).await;
        told.tell(&format!("find {name}"), &found.map(|found| found.len()));
        told.tell("terminate", &stage.ports().terminate(&[id]).await);
    }
}

async fn cancellations(stage: &impl Stage, told: &mut Transcript) {
    let steps = [StepState::Running, StepState::Completed, StepState::Completed];
    let request = request("cancelled", &steps.map(|end| (ActionOnFailure::Continue, end)));
    let id = start(stage, told, "cancelled", &request).await;
    let listed = stage.ports().list(Timestamp::UNIX_EPOCH).await;
    let named = |one: &ListedCluster| ["twice", "cancelled"].contains(&one.name.as_str());
    let listed =
        listed.map(|listed| listed.into_iter().filter(named).map(|one| one.name).collect::<Vec<_>>());
    told.tell("list", &listed);
    told.tell("list what was made later", &stage.ports().list("2999-01-01T00:00:00Z".parse().unwrap()).await);
    let steps = stage.ports().steps(&id).await.unwrap();
    let ids: Vec<StepId> = steps.iter().skip(1).map(|step| step.id.clone()).collect();
    for (call, some) in [("cancel one", &ids[..1]), ("cancel both", &ids[..]), ("cancel none", &[])] {
        let refused = stage.ports().cancel_steps(&id, some).await;
        let places = |step: &StepId| ids.iter().position(|one| one == step);
        told.tell(
            call,
            &refused.map(|refused| refused.iter().map(|one| places(&one.step_id)).collect::<Vec<_>>()),
        );
    }
    let states = stage.ports().steps(&id).await;
    told.tell("steps", &states.map(|steps| steps.iter().skip(1).map(|step| step.state).collect::<Vec<_>>()));
    told.tell("terminate", &stage.ports().terminate(&[id]).await);
}

async fn terminations(stage: &impl Stage, told: &mut Transcript) {
    let found = stage.ports().find_marked(&mark("twice"), Timestamp::UNIX_EPOCH).await.unwrap();
    let ids: Vec<ClusterId> = found.into_iter().map(|one| one.cluster_id).collect();
    told.tell("terminate", &stage.ports().terminate(&ids).await);
    for id in &ids {
        stage.see_end(id, &[]).await;
        let report = stage.ports().describe(id).await;
        told.tell("describe", &report.map(|report| report.map(|report| (report.state, report.reason_code))));
    }
    told.tell("terminate again", &stage.ports().terminate(&ids).await);
    told.tell("terminate nothing", &stage.ports().terminate(&[]).await);
    let found = stage.ports().find_marked(&mark("twice"), Timestamp::UNIX_EPOCH).await;
    told.tell("find what has ended", &found);
}

async fn unknown(stage: &impl Stage, told: &mut Transcript) {
    let nobody = cluster_id("j-0NOBODY000000");
    told.tell("describe nobody", &stage.ports().describe(&nobody).await);
    let step = StepId::parse("s-0NOSTEP0000000").unwrap();
    told.tell("cancel a step of nobody", &stage.ports().cancel_steps(&nobody, &[step]).await);
    told.tell("steps of nobody", &stage.ports().steps(&nobody).await);
    told.tell("terminate nobody", &stage.ports().terminate(&[nobody]).await);
}

async fn security_configurations(stage: &impl Stage, told: &mut Transcript) {
    for (from, to) in [
        (SECURITY_CONFIGURATION, "copy"),
        (SECURITY_CONFIGURATION, "copy"),
        ("copy", "copy-of-copy"),
        ("nothing", "copy-of-nothing"),
    ] {
        let copied = stage.ports().copy_security_configuration(from, to).await;
        told.tell(&format!("copy {from} to {to}"), &copied);
    }
}
