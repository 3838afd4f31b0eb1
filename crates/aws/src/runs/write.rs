//! Changes sent: one alone, or several in a transaction.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::error::{BuildError, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{
    CancellationReason, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use pipeline::failure::{Failure, Kind};

use super::change::{Change, Item};
use crate::Aws;
use crate::failure::failure;

/// What became of a change.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Written {
    /// Its condition held.
    Done,
    /// Its condition did not hold; this is the item as it was found, if there is one.
    Refused(Option<Item>),
}

/// A transaction that keeps meeting others is given up after this many tries; nothing of it has happened.
const TRIES: usize = 3;

/// More than this DynamoDB does not take in one transaction.
const TRANSACTION: usize = 100;

impl Aws {
    /// Makes one change, in one round trip.
    pub(super) async fn write(&self, doing: &str, change: &Change) -> Result<Written, Failure> {
        let sent = self
            .dynamodb
            .update_item()
            .table_name(&self.table.name)
            .set_key(Some(change.key()))
            .update_expression(change.expression())
            .set_condition_expression(change.condition())
            .set_expression_attribute_names(Some(change.names()))
            .set_expression_attribute_values(Some(change.values()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match sent {
            Ok(_) => Ok(Written::Done),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Written::Refused(refused.item.clone()))
                }
                _ => Err(failure(doing, &error)),
            },
        }
    }

    /// Makes every change whose condition holds, and no other: together where all of them do, in one round trip.
    pub(super) async fn write_all(&self, doing: &str, changes: &[Change]) -> Result<Vec<Written>, Failure> {
        let mut written = Vec::with_capacity(changes.len());
        for some in changes.chunks(TRANSACTION) {
            written.append(&mut self.write_some(doing, some).await?);
        }
        Ok(written)
    }

    /// Makes all of the changes, or none of them.
    pub(super) async fn write_both(&self, doing: &str, changes: &[Change; 2]) -> Result<Written, Failure> {
        let outcome = self.transact(doing, &changes.each_ref()).await?;
        Ok(outcome.into_iter().find(|one| *one != Written::Done).unwrap_or(Written::Done))
    }

    async fn write_some(&self, doing: &str, changes: &[Change]) -> Result<Vec<Written>, Failure> {
        let mut refused: BTreeMap<usize, Written> = BTreeMap::new();
        loop {
            let open: Vec<usize> = (0..changes.len()).filter(|place| !refused.contains_key(place)).collect();
            let outcome = self.try_together(doing, changes, &open).await?;
            let before = refused.len();
            refused.extend(open.into_iter().zip(outcome).filter(|(_, one)| *one != Written::Done));
            // Nothing more was refused, so that the rest has been made.
            if refused.len() == before {
                break;
            }
        }
        Ok((0..changes.len()).map(|place| refused.remove(&place).unwrap_or(Written::Done)).collect())
    }

    async fn try_together(
        &self,
        doing: &str,
        changes: &[Change],
        open: &[usize],
    ) -> Result<Vec<Written>, Failure> {
        let open: Vec<&Change> = open.iter().filter_map(|place| changes.get(*place)).collect();
        match open.as_slice() {
            [] => Ok(vec![]),
            [change] => Ok(vec![self.write(doing, change).await?]),
            several => self.transact(doing, several).await,
        }
    }

    /// All of the changes, or none of them: then which of them were refused.
    async fn transact(&self, doing: &str, changes: &[&Change]) -> Result<Vec<Written>, Failure> {
        let mut tried = 0;
        loop {
            let items: Result<_, _> = changes.iter().map(|change| self.transaction_item(change)).collect();
            let items =
                items.map_err(|bad| failure(doing, &SdkError::<TransactWriteItemsError>::from(bad)))?;
            let sent = self.dynamodb.transact_write_items().set_transact_items(Some(items)).send().await;
            let Err(error) = sent else { return Ok(vec![Written::Done; changes.len()]) };
            tried += 1;
            match cancelled(&error).map(refusals) {
                Some(Cancelled::Conditions(outcome)) => return Ok(outcome),
                Some(Cancelled::Conflict) if tried < TRIES => {}
                Some(Cancelled::Conflict) => return Err(conflict(doing)),
                Some(Cancelled::Otherwise(code, message)) => return Err(otherwise(doing, code, message)),
                None => return Err(failure(doing, &error)),
            }
        }
    }

    fn transaction_item(&self, change: &Change) -> Result<TransactWriteItem, BuildError> {
        let update = Update::builder()
            .table_name(&self.table.name)
            .set_key(Some(change.key()))
            .update_expression(change.expression())
            .set_condition_expression(change.condition())
            .set_expression_attribute_names(Some(change.names()))
            .set_expression_attribute_values(Some(change.values()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        Ok(TransactWriteItem::builder().update(update.build()?).build())
    }
}

/// Why a transaction was cancelled.
enum Cancelled {
    /// Conditions: what became of each change, had the others not been there.
    Conditions(Vec<Written>),
    /// Another write of one of the items was under way.
    Conflict,
    /// Another code, and its message.
    Otherwise(String, String),
}

fn cancelled(error: &SdkError<TransactWriteItemsError>) -> Option<&[CancellationReason]> {
    match error.as_service_error()? {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => {
            Some(cancelled.cancellation_reasons())
        }
        _ => None,
    }
}

fn refusals(reasons: &[CancellationReason]) -> Cancelled {
    let says = |word: &'static str| move |reason: &&CancellationReason| reason.code() == Some(word);
    if reasons.iter().any(|reason| says("ConditionalCheckFailed")(&reason)) {
        return Cancelled::Conditions(reasons.iter().map(refusal).collect());
    }
    if reasons.iter().any(|reason| says("TransactionConflict")(&reason)) {
        return Cancelled::Conflict;
    }
    let other = reasons.iter().find(|reason| !matches!(reason.code(), None | Some("None")));
    let code = other.and_then(|reason| reason.code()).unwrap_or("TransactionCanceledException");
    let message = other.and_then(|reason| reason.message()).unwrap_or("the transaction was cancelled");
    Cancelled::Otherwise(code.to_owned(), message.to_owned())
}

fn refusal(reason: &CancellationReason) -> Written {
    match reason.code() {
        Some("ConditionalCheckFailed") => Written::Refused(reason.item.clone()),
        _ => Written::Done,
    }
}

fn conflict(doing: &str) -> Failure {
    Failure {
        doing: doing.to_owned(),
        word: "TransactionConflict".into(),
        message: format!("another write was under way at each of {TRIES} tries"),
        kind: Kind::Throttled,
    }
}

fn otherwise(doing: &str, code: String, message: String) -> Failure {
    let kind = crate::failure::kind(&code, 400);
    Failure { doing: doing.to_owned(), word: code, message, kind }
}
