//! `{{correlation_id}}` and its like, in the arguments of steps and wherever else a run's values are wanted.

use super::braces::{Piece, pieces};
use super::reference;
use crate::document::{Kind, Node, Origin, Path, Problem, Problems, Scalar, did_you_mean};

/// What a run can fill in; what it does not know is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// The run's name.
    pub correlation_id: Option<String>,
    /// The attempt's number.
    pub run_id: Option<String>,
    /// The data product.
    pub data_product: Option<String>,
    /// The date that a step works on.
    pub date: Option<String>,
    /// The first of the dates.
    pub start_date: Option<String>,
    /// The last of the dates.
    pub end_date: Option<String>,
    /// The date of an export.
    pub export_date: Option<String>,
    /// Where the input lies.
    pub s3_prefix: Option<String>,
    /// Full or incremental.
    pub snapshot_type: Option<String>,
    /// The dataset of a fan-out's job.
    pub dataset: Option<String>,
    /// When the launch was asked for.
    pub timestamp: Option<String>,
}

const NAMES: [&str; 11] = [
    "correlation_id",
    "run_id",
    "data_product",
    "date",
    "start_date",
    "end_date",
    "export_date",
    "s3_prefix",
    "snapshot_type",
    "dataset",
    "timestamp",
];

impl Values {
    /// The value of a placeholder; `None` where there is no such placeholder.
    fn get(&self, name: &str) -> Option<Option<&str>> {
        let value = match name {
            "correlation_id" => &self.correlation_id,
            "run_id" => &self.run_id,
            "data_product" => &self.data_product,
            "date" => &self.date,
            "start_date" => &self.start_date,
            "end_date" => &self.end_date,
            "export_date" => &self.export_date,
            "s3_prefix" => &self.s3_prefix,
            "snapshot_type" => &self.snapshot_type,
            "dataset" => &self.dataset,
            "timestamp" => &self.timestamp,
            _ => return None,
        };
        Some(value.as_deref())
    }
}

/// How to give a value to a placeholder that has none.
fn remedy(name: &str) -> &'static str {
    match name {
        "date" => "it is known to the steps of catch_up.expand, or if the event has start_dt",
        "start_date" => "give start_dt in the event",
        "end_date" => "give end_dt in the event",
        "export_date" => "give export_date in the event",
        "s3_prefix" => "give s3_prefix in the event",
        "snapshot_type" => "give snapshot_type in the event",
        "dataset" => "it is known to the jobs of a fan-out only",
        "correlation_id" => "give correlation_id in the event",
        _ => "the launcher gives it when a run starts",
    }
}

/// Fills the arguments of all steps of a request.
pub fn fill_steps(request: &mut Node, values: &Values) -> Problems {
    let steps = request.get_mut("Steps").map(Node::items_mut).unwrap_or_default();
    let mut problems = Problems::default();
    for (index, step) in steps.iter_mut().enumerate() {
        let path = Path::root().key("Steps").index(index).key("HadoopJarStep").key("Args");
        if let Some(args) = step.get_mut("HadoopJarStep").and_then(|jar| jar.get_mut("Args")) {
            problems.extend(fill(args, &path, values));
        }
    }
    problems
}

/// Fills every text of a tree; the path is where the tree stands in its document.
pub fn fill(node: &mut Node, path: &Path, values: &Values) -> Problems {
    let mut problems = Problems::default();
    node.rewrite(path, &mut |path, scalar, origin| {
        if scalar.shown().contains("{{") {
            *scalar = Scalar::new(filled(scalar.shown(), path, origin, values, &mut problems), Kind::Text);
        }
    });
    problems
}

fn filled(text: &str, path: &Path, origin: &Origin, values: &Values, problems: &mut Problems) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => filled.push_str(text),
            Piece::Braced(inner) if reference::is_reference(inner) => {
                filled.push_str(&format!("{{{{{inner}}}}}"))
            }
            Piece::Braced(name) => match value(name, path, origin, values) {
                Ok(value) => filled.push_str(value),
                Err(problem) => problems.push(problem),
            },
        }
    }
    filled
}

fn value<'v>(name: &str, path: &Path, origin: &Origin, values: &'v Values) -> Result<&'v str, Problem> {
    match values.get(name) {
        Some(Some(value)) => Ok(value),
        Some(None) => {
            let message = format!("{{{{{name}}}}} has no value in this run");
            Err(Problem::error("template.no_value", origin, path, message).help(remedy(name)))
        }
        None => {
            let message = format!("unknown placeholder {{{{{name}}}}}");
            Err(Problem::error("template.unknown", origin, path, message).help(did_you_mean(name, NAMES)))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::document::parse;

    fn values() -> Values {
        Values { correlation_id: Some("c-1".into()), date: Some("2021-04-12".into()), ..Values::default() }
    }

    fn request(args: &str) -> Node {
        let text = format!("Steps:\n- Name: '{{{{date}}}}'\n  HadoopJarStep:\n    Args:\n    - '{args}'\n");
        parse("steps.yaml", text.as_bytes()).unwrap().unwrap()
    }

    #[test]
    fn placeholders_are_filled_in_arguments_and_nowhere_else() {
        let mut request = request("--id={{correlation_id}}/{{ date }}");
        assert!(fill_steps(&mut request, &values()).is_empty());
        let step = &request.to_json()["Steps"][0];
        assert_eq!(step["HadoopJarStep"]["Args"], json!(["--id=c-1/2021-04-12"]));
        assert_eq!(step["Name"], "{{date}}");
    }

    #[test]
    fn a_filled_text_is_not_read_again_for_placeholders() {
        let mut request = request("{{correlation_id}}");
        let values = Values { correlation_id: Some("{{date}}".into()), ..values() };
        assert!(fill_steps(&mut request, &values).is_empty());
        assert_eq!(request.to_json()["Steps"][0]["HadoopJarStep"]["Args"], json!(["{{date}}"]));
    }

    #[test]
    fn a_reference_to_a_secret_is_left_for_later() {
        let reference = "{{resolve:ssm-secure:/db/password}}";
        let mut request = request(reference);
        assert!(fill_steps(&mut request, &values()).is_empty());
        assert_eq!(request.to_json()["Steps"][0]["HadoopJarStep"]["Args"], json!([reference]));
    }

    #[test]
    fn an_unknown_placeholder_is_told_with_the_nearest_and_the_place() {
        let problems = fill_steps(&mut request("{{corelation_id}}"), &values()).to_string();
        let expected = "steps.yaml:5:7  unknown placeholder {{corelation_id}}; did you mean correlation_id?";
        assert!(problems.starts_with(expected), "{problems}");
    }

    #[test]
    fn a_placeholder_without_a_value_says_what_would_give_it_one() {
        let problems = fill_steps(&mut request("{{s3_prefix}} {{end_date}}"), &values()).to_string();
        assert!(
            problems.contains("{{s3_prefix}} has no value in this run; give s3_prefix in the event"),
            "{problems}"
        );
        assert!(
            problems.contains("{{end_date}} has no value in this run; give end_dt in the event"),
            "{problems}"
        );
    }

    #[test]
    fn every_name_that_is_offered_has_a_value_to_give() {
        assert!(NAMES.iter().all(|name| Values::default().get(name) == Some(None)));
    }
}
