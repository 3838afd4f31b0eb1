//! What an error of the SDK proves about the effect of the call.
//!
//! Only what is proven is claimed: an effect is ruled out by an answer of the service below 500, or by a connection
//! that was never made. Silence, a broken answer and a server error leave it open.

use std::error::Error;

use aws_sdk_emr::config::http::HttpResponse;
use aws_sdk_emr::error::{ProvideErrorMetadata, SdkError};
use hyper_util::client::legacy::Error as ClientError;
use pipeline::failure::{Failure, Kind};

/// The failure of a call, named by what it was doing and its subject.
pub(crate) fn failure<E>(doing: impl Into<String>, error: &SdkError<E>) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let (word, message, kind) = match error {
        SdkError::ServiceError(answer) => return refusal(doing, answer.err(), answer.raw()),
        SdkError::DispatchFailure(_) if never_connected(error) => {
            ("connection", chain(error), Kind::NeverSent)
        }
        SdkError::ConstructionFailure(_) => ("request", chain(error), Kind::Refused),
        SdkError::TimeoutError(_) => ("timeout", chain(error), Kind::Unknown),
        SdkError::DispatchFailure(broken) if broken.is_timeout() => ("timeout", chain(error), Kind::Unknown),
        SdkError::DispatchFailure(_) => ("connection", chain(error), Kind::Unknown),
        _ => ("answer", chain(error), Kind::Unknown),
    };
    Failure { doing: doing.into(), word: word.into(), message, kind }
}

fn refusal<E: ProvideErrorMetadata>(doing: impl Into<String>, error: &E, raw: &HttpResponse) -> Failure {
    let status = raw.status().as_u16();
    let word = error.code().map_or_else(|| format!("HTTP {status}"), str::to_owned);
    let kind = kind(&word, status);
    let message = error.message().unwrap_or("the service gave no reason").to_owned();
    Failure { doing: doing.into(), word, message, kind }
}

/// What a service's own word, under this HTTP status, proves.
pub(crate) fn kind(word: &str, status: u16) -> Kind {
    let says = |words: &[&str]| words.iter().any(|known| word.contains(known));
    if status == 429 || says(THROTTLED) {
        return Kind::Throttled;
    }
    // Some services answer a failure of their own with 400, so the word is asked before the status.
    if !(400..500).contains(&status) || says(BROKEN) {
        return Kind::Unknown;
    }
    match status {
        _ if says(DENIED) => Kind::Denied,
        _ if says(NOT_FOUND) => Kind::NotFound,
        401 | 403 => Kind::Denied,
        404 => Kind::NotFound,
        408 => Kind::Unknown,
        _ => Kind::Refused,
    }
}

/// Botocore's list of throttling codes, and what EMR's token buckets and DynamoDB's conflicts add.
const THROTTLED: &[&str] = &[
    "Throttl",
    "TooManyRequests",
    "RequestLimitExceeded",
    "ProvisionedThroughputExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "SlowDown",
    "PriorRequestNotComplete",
    "TransactionInProgressException",
    "TransactionConflict",
    "EC2ThrottledException",
];

const BROKEN: &[&str] = &["Internal", "ServiceUnavailable", "RequestTimeout"];

const DENIED: &[&str] = &[
    "AccessDenied",
    "NotAuthorized",
    "Unauthorized",
    "UnrecognizedClient",
    "InvalidClientTokenId",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidSignature",
    "IncompleteSignature",
    "MissingAuthentication",
    "ExpiredToken",
    "OptInRequired",
];

const NOT_FOUND: &[&str] = &["NotFound", "NoSuch"];

/// Whether the connection itself failed: the name was not resolved, the port refused, the handshake or its time ran
/// out. Nothing of the request is sent before that is over.
fn never_connected(error: &(dyn Error + 'static)) -> bool {
    sources(error).filter_map(|cause| cause.downcast_ref::<ClientError>()).any(ClientError::is_connect)
}

fn sources<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&cause| cause.source())
}

/// The whole chain in one line; an SDK error by itself says only `dispatch failure`.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in sources(error).map(ToString::to_string) {
        if !parts.contains(&cause) {
            parts.push(cause);
        }
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests;
