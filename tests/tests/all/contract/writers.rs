//! What scripts on master nodes write, and what it has to read as.

use pipeline::run::{Attempt, CorrelationId, DataProduct, PipelineName, Run, RunKey, Status, Topics};
use serde_json::{Value, json};

use super::given::{cluster_id, expiry};

/// One write of such a script: what it sets, and how that is read.
#[derive(Clone)]
pub(crate) struct Written {
    /// The row.
    pub(crate) key: RunKey,
    /// `Run_Id`, as DynamoDB types it.
    pub(crate) run_id: Value,
    /// The attempt that a row without our own count is at then, or why nobody knows.
    pub(crate) attempt: Result<u32, &'static str>,
    /// `Status`, and what it is read as.
    pub(crate) status: (&'static str, Status),
    /// `CurrentStep`.
    pub(crate) step: Option<&'static str>,
    /// `Cluster_Id`.
    pub(crate) cluster: &'static str,
}

/// The key of a row whose folder is named after its product.
pub(crate) fn foreign_key(correlation_id: &str) -> RunKey {
    RunKey {
        correlation_id: CorrelationId::parse(correlation_id).unwrap(),
        data_product: DataProduct::parse("PDM").unwrap(),
    }
}

impl Written {
    /// A row as the script first writes it.
    pub(crate) fn begun(correlation_id: &str, cluster: &'static str, run_id: u32) -> Self {
        Self {
            key: foreign_key(correlation_id),
            run_id: json!({"N": run_id.to_string()}),
            attempt: Ok(run_id),
            status: ("IN_PROGRESS", Status::InProgress),
            step: Some("source"),
            cluster,
        }
    }

    /// The columns, as DynamoDB types them. The time to live is written in milliseconds.
    pub(crate) fn columns(&self) -> Value {
        let mut columns = json!({
            "Date": {"S": "2027-01-15"},
            "Run_Id": self.run_id,
            "Status": {"S": self.status.0},
            "TimeToExist": {"N": expiry().as_millisecond().to_string()},
            "Cluster_Id": {"S": self.cluster},
            "S3_Prefix_Analytical_DataSet": {"S": "analytical/2027-01-15/"},
            "Snapshot_Type": {"S": "full"},
        });
        if let Some(step) = self.step {
            columns["CurrentStep"] = json!({"S": step});
        }
        columns
    }

    /// The run after the write: one that somebody launched by us keeps its count and its end, and one of the script's own
    /// has moved on where its cluster has changed.
    pub(crate) fn over(&self, known: Option<Run>) -> Run {
        let run = known.unwrap_or_else(|| blank(&self.key));
        let cluster_id = Some(cluster_id(self.cluster));
        let run = match run.is_foreign() && run.cluster_id != cluster_id {
            true => Run { outcome: None, cause: None, announced: false, stopping: None, ..run },
            false => run,
        };
        let counted = !run.is_foreign();
        Run {
            attempt: if counted { run.attempt } else { self.attempt.map_or(Attempt::FIRST, Attempt) },
            flaw: self.attempt.err().filter(|_| !counted).map(str::to_owned),
            status: self.status.1,
            current_step: self.step.map(str::to_owned).or(run.current_step),
            cluster_id,
            s3_prefix: run.s3_prefix.or(Some("analytical/2027-01-15/".into())),
            ..run
        }
    }
}

fn blank(key: &RunKey) -> Run {
    Run {
        key: key.clone(),
        pipeline: PipelineName::parse("pdm").unwrap(),
        attempt: Attempt::FIRST,
        status: Status::Launching,
        outcome: None,
        cause: None,
        decision: None,
        cluster_id: None,
        name: String::new(),
        owed: vec![],
        current_step: None,
        date: "2027-01-15".into(),
        s3_prefix: None,
        snapshot_type: Some("full".into()),
        claimed_at: jiff::Timestamp::UNIX_EPOCH,
        claimed_by: String::new(),
        lease_until: jiff::Timestamp::UNIX_EPOCH,
        updated_at: jiff::Timestamp::UNIX_EPOCH,
        payload_hash: None,
        config_hash: None,
        launch: None,
        launch_object: None,
        deadline: None,
        stopping: None,
        continue_fails: false,
        notify: Topics::default(),
        task_token: None,
        announced: false,
        expires_at: expiry(),
        flaw: None,
    }
}
