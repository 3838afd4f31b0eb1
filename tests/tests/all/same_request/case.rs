//! A folder and an event, to be read by both sides.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::support::local::root;

const FILES: [&str; 4] = ["cluster.yaml", "instances.yaml", "configurations.yaml", "steps.yaml"];

/// What is launched.
#[derive(Clone)]
pub(crate) struct Case {
    /// What it shows.
    pub(crate) name: String,
    /// Name -> text.
    pub(crate) files: Map<String, Value>,
    /// The launch event.
    pub(crate) event: Value,
    /// The bucket, key and message id of an object that asks for the launch.
    pub(crate) object: Option<[&'static str; 3]>,
}

/// The day on which objects arrive.
pub(crate) const OBJECT_TIME: &str = "2026-11-21T02:00:00.000Z";

/// Secrets that both sides know.
pub(crate) const SECRETS: &[(&str, &str)] =
    &[("metadata-store-v2/writer", r#"{"username": "writer", "password": "p\"ässword {{date}} ${x}"}"#)];

impl Case {
    /// A folder that lies in the repository.
    pub(crate) fn folder(path: &str) -> Self {
        let folder = root().join(path);
        let files = FILES.iter().filter_map(|name| Some(((*name).to_owned(), text(&folder.join(name))?)));
        let files: Map<String, Value> = files.collect();
        assert!(!files.is_empty(), "{path} holds no pipeline");
        Self { name: path.to_owned(), files, event: json!({}), object: None }
    }

    /// The same folder, launched by an event.
    pub(crate) fn with(&self, event: Value) -> Self {
        Self { name: format!("{} with {event}", self.name), event, ..self.clone() }
    }

    /// The same folder, launched by an object that has arrived.
    pub(crate) fn for_object(&self, object: [&'static str; 3]) -> Self {
        Self { name: format!("{} for {object:?}", self.name), object: Some(object), ..self.clone() }
    }

    /// The same folder with another text in a file.
    pub(crate) fn file(&self, name: &str, content: &str) -> Self {
        let mut case = Self { name: format!("{name}: {content}"), ..self.clone() };
        case.files.insert(name.to_owned(), content.into());
        case
    }

    /// The same folder with something in a file replaced.
    pub(crate) fn replaced(&self, name: &str, from: &str, to: &str) -> Self {
        let before = self.files.get(name).and_then(Value::as_str).unwrap_or_default();
        assert_eq!(before.matches(from).count(), 1, "{from:?} in {name} of {}", self.name);
        Self { name: format!("{from:?} -> {to:?}"), ..self.file(name, &before.replace(from, to)) }
    }

    /// The case as the Python side reads it.
    pub(crate) fn to_json(&self) -> Value {
        let secrets: Map<String, Value> =
            SECRETS.iter().map(|(name, text)| ((*name).to_owned(), (*text).into())).collect();
        let args = self.object.map(|[bucket, key, id]| {
            let date = OBJECT_TIME.split('T').next();
            json!([
                "--correlation_id",
                id,
                "--s3_bucket_name",
                bucket,
                "--s3_prefix",
                key,
                "--export_date",
                date
            ])
        });
        json!({"files": self.files, "event": self.event, "secrets": secrets,
               "object_args": args.unwrap_or(json!([]))})
    }
}

fn text(path: &Path) -> Option<Value> {
    std::fs::read_to_string(path).ok().map(Value::from)
}
