//! `s3://bucket/key`, also as Hadoop writes it.

/// Bucket and key of a URI; EMR answers the `LogUri` of a cluster as `s3n://`.
pub(crate) fn parse(uri: &str) -> Option<(&str, &str)> {
    let rest = ["s3://", "s3n://", "s3a://"].iter().find_map(|scheme| uri.strip_prefix(scheme))?;
    let (bucket, key) = rest.split_once('/')?;
    (!bucket.is_empty()).then_some((bucket, key))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn hadoops_schemes_name_the_same_object() {
        for uri in ["s3://logs/a/b/", "s3n://logs/a/b/", "s3a://logs/a/b/"] {
            assert_eq!(parse(uri), Some(("logs", "a/b/")), "{uri}");
        }
        for uri in ["hdfs:///a", "s3://", "s3:///key", "s3://bucket"] {
            assert_eq!(parse(uri), None, "{uri}");
        }
    }
}
