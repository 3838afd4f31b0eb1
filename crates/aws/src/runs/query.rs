//! Reads of the run table.

use pipeline::failure::Failure;
use pipeline::run::{AttemptRecord, ClusterId, CorrelationId, History, Run, RunKey};

use super::change::Item;
use super::claim::OPEN;
use super::key::{self, SortKey};
use super::row::Row;
use super::{read, value};
use crate::Aws;
use crate::failure::failure;

/// The run item.
pub(super) async fn find(aws: &Aws, key: &RunKey) -> Result<Option<Run>, Failure> {
    let get = aws.dynamodb.get_item().table_name(&aws.table.name).consistent_read(true);
    let sent = get.set_key(Some(key::run(key).to_item())).send().await;
    let answer = sent.map_err(|error| failure(format!("read {}", read::named(key)), &error))?;
    answer.item().map(read::run).transpose()
}

/// The attempt item that the index names. The run item stands in the index too, and names no attempt for certain; only a
/// row that somebody else wrote has nothing beside it, and stands for its attempt itself.
pub(super) async fn by_cluster(aws: &Aws, cluster: &ClusterId) -> Result<Option<AttemptRecord>, Failure> {
    let query = aws
        .dynamodb
        .query()
        .table_name(&aws.table.name)
        .index_name(&aws.table.cluster_index)
        .key_condition_expression("#Cluster_Id = :cluster")
        .expression_attribute_names("#Cluster_Id", "Cluster_Id")
        .expression_attribute_values(":cluster", value::text(cluster));
    let sent = query.send().await;
    let answer = sent.map_err(|error| failure(format!("find the run of {cluster}"), &error))?;
    let items = answer.items();
    let known = items.iter().find_map(attempt_of);
    known.or_else(|| items.iter().find_map(|item| foreign_attempt(item, cluster))).transpose()
}

fn foreign_attempt(item: &Item, cluster: &ClusterId) -> Option<Result<AttemptRecord, Failure>> {
    match sort_key(item) {
        SortKey::Run(_) if !Row(item).has("Launch") => {
            Some(read::run(item).map(|run| AttemptRecord::of_foreign(&run, cluster.clone())))
        }
        SortKey::Run(_) | SortKey::Attempt(..) | SortKey::Step(..) | SortKey::Foreign => None,
    }
}

/// The runs that the index of open ones shows.
pub(super) async fn open(aws: &Aws) -> Result<Vec<Run>, Failure> {
    let query = aws
        .dynamodb
        .query()
        .table_name(&aws.table.name)
        .index_name(&aws.table.open_index)
        .key_condition_expression("#Open = :open")
        .expression_attribute_names("#Open", "Open")
        .expression_attribute_values(":open", value::text(OPEN));
    let items = query.into_paginator().items().send().try_collect().await;
    let items = items.map_err(|error| failure("list the runs that are open", &error))?;
    items.iter().map(read::run).collect()
}

fn attempt_of(item: &Item) -> Option<Result<AttemptRecord, Failure>> {
    match sort_key(item) {
        SortKey::Attempt(product, attempt) => Some(read::attempt_record(item, product, attempt)),
        SortKey::Run(_) | SortKey::Step(..) | SortKey::Foreign => None,
    }
}

/// Every item of a partition.
pub(super) async fn history(aws: &Aws, id: &CorrelationId) -> Result<History, Failure> {
    let query = aws
        .dynamodb
        .query()
        .table_name(&aws.table.name)
        .consistent_read(true)
        .key_condition_expression("#Correlation_Id = :id")
        .expression_attribute_names("#Correlation_Id", "Correlation_Id")
        .expression_attribute_values(":id", value::text(id));
    let items = query.into_paginator().items().send().try_collect().await;
    let items = items.map_err(|error| failure(format!("read the runs of {id}"), &error))?;
    let mut history = History::default();
    items.iter().try_for_each(|item| lay(&mut history, item))?;
    // Sort keys order attempt 10 before attempt 2.
    history.attempts.sort_by(|a, b| a.key.cmp(&b.key));
    history.steps.sort_by(|a, b| a.attempt.cmp(&b.attempt));
    Ok(history)
}

fn lay(history: &mut History, item: &Item) -> Result<(), Failure> {
    match sort_key(item) {
        SortKey::Run(_) => history.runs.push(read::run(item)?),
        SortKey::Attempt(product, attempt) => {
            history.attempts.push(read::attempt_record(item, product, attempt)?);
        }
        SortKey::Step(product, attempt, id) => {
            history.steps.push(read::step_record(item, product, attempt, id)?);
        }
        SortKey::Foreign => {}
    }
    Ok(())
}

fn sort_key(item: &Item) -> SortKey {
    SortKey::parse(Row(item).text("DataProduct").unwrap_or_default())
}

impl Aws {
    /// The newest runs. For people: it scans the table, which costs the more the larger the table is.
    pub async fn list(&self, limit: usize) -> Result<Vec<Run>, Failure> {
        let scan = self
            .dynamodb
            .scan()
            .table_name(&self.table.name)
            .filter_expression("NOT contains(#DataProduct, :beside)")
            .expression_attribute_names("#DataProduct", "DataProduct")
            .expression_attribute_values(":beside", value::text("#"));
        let items = scan.into_paginator().items().send().try_collect().await;
        let items = items.map_err(|error| failure(format!("list {}", self.table.name), &error))?;
        let mut runs = items.iter().map(read::run).collect::<Result<Vec<_>, _>>()?;
        runs.sort_by_key(|run| std::cmp::Reverse(run.claimed_at));
        runs.truncate(limit);
        Ok(runs)
    }
}
