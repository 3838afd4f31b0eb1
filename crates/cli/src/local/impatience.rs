//! A shorter wait before the next attempt, for whoever looks on.

use std::path::Path;

use aws::Aws;
use pipeline::definition::Period;

use crate::stop::Stop;

/// How long a demonstration waits before the next attempt.
const WAIT: &str = "5s";
const FILE: &str = "pipeline.yaml";

/// Lays a `pipeline.yaml` with a shorter wait over the uploaded one; answers the wait that it had, if it says one.
pub(crate) async fn shorten(
    aws: &Aws,
    folder: &Path,
    bucket: &str,
    name: &str,
) -> Result<Option<String>, Stop> {
    let text = std::fs::read_to_string(folder.join(FILE)).unwrap_or_default();
    let Some((shorter, had)) = shortened(&text) else { return Ok(None) };
    let changed = tempfile::NamedTempFile::new()?;
    std::fs::write(changed.path(), shorter)?;
    aws.upload(changed.path(), bucket, &format!("{name}/{FILE}")).await?;
    Ok(Some(had))
}

/// The text with the first wait of its `backoff` replaced, and that wait.
fn shortened(text: &str) -> Option<(String, String)> {
    let backoff = text.find("backoff:")?;
    let first = backoff + text.get(backoff..)?.find("first:")? + "first:".len();
    let rest = text.get(first..)?;
    let wait: &str = rest.trim_start().split([',', '}', ' ', '\n', '#']).next()?;
    let start = first + rest.len() - rest.trim_start().len();
    let long = Period::parse(wait)? > Period::parse(WAIT)?;
    let shorter = format!("{}{WAIT}{}", text.get(..start)?, text.get(start + wait.len()..)?);
    long.then(|| (shorter, wait.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_wait_is_shortened_in_either_way_of_writing_it() {
        for (text, shorter) in [
            ("retry:\n  backoff: {first: 2m, factor: 2}\n", "retry:\n  backoff: {first: 5s, factor: 2}\n"),
            ("retry:\n  backoff:\n    first: 2m # long\n", "retry:\n  backoff:\n    first: 5s # long\n"),
        ] {
            assert_eq!(shortened(text), Some((shorter.to_owned(), "2m".to_owned())));
        }
        for text in ["retry: {max_attempts: 3}\n", "retry: {backoff: {first: 5s}}\n"] {
            assert_eq!(shortened(text), None);
        }
    }
}
