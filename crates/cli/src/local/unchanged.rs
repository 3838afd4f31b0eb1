//! What the steps that had completed before a failure wrote, compared before and after the attempt that mends it.

use std::collections::BTreeMap;

use aws::Aws;
use jiff::Timestamp;
use pipeline::run::{History, StepRecord, StepState};
use serde_json::{Value, json};

use crate::stop::Stop;
use crate::terminal::{GOOD, paint};

/// When each object was written, by its key.
pub(crate) type Objects = BTreeMap<String, Timestamp>;

/// The objects below a folder of a bucket.
pub(crate) async fn objects(aws: &Aws, bucket: &str, folder: &str) -> Result<Objects, Stop> {
    Ok(aws.objects(bucket, &format!("{folder}/")).await?.into_iter().collect())
}

/// What was there when the run failed, and by when the steps that had completed had written theirs.
#[derive(Debug)]
pub(crate) struct Before {
    /// The names of the steps that had completed.
    steps: Vec<String>,
    /// Their objects.
    written: Objects,
}

impl Before {
    /// `at_first`: what was there before the run. `None` where the failed step was the first one.
    pub(crate) fn of(history: &History, at_first: &Objects, now: Objects) -> Option<Self> {
        let failed = history.steps.iter().filter(|step| step.state == StepState::Failed);
        let began = failed.filter_map(|step| step.started_at).min()?;
        let completed = history.steps.iter().filter(|step| step.state == StepState::Completed);
        let mut completed: Vec<&StepRecord> = completed.collect();
        completed.sort_by_key(|step| step.started_at);
        let steps: Vec<String> = completed.into_iter().map(|step| step.name.clone()).collect();
        let theirs =
            |key: &String, written: &Timestamp| at_first.get(key) != Some(written) && *written <= began;
        let written: Objects = now.into_iter().filter(|(key, written)| theirs(key, written)).collect();
        (!steps.is_empty() && !written.is_empty()).then_some(Self { steps, written })
    }

    /// How the same objects stand now.
    pub(crate) fn compared(self, now: &Objects) -> Compared {
        let changed = self.written.iter().filter(|(key, written)| now.get(*key) != Some(written));
        let changed = changed.map(|(key, _)| key.clone()).collect();
        Compared { changed, objects: self.written.len(), steps: self.steps }
    }
}

/// Whether steps that had completed ran again, by what they wrote.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    steps: Vec<String>,
    objects: usize,
    /// The keys that the next attempt wrote again or removed.
    changed: Vec<String>,
}

impl Compared {
    /// For scripts.
    pub(crate) fn to_json(&self) -> Value {
        json!({"steps": self.steps, "objects": self.objects, "changed": self.changed})
    }

    /// For people.
    pub(crate) fn to_text(&self) -> String {
        let (steps, objects) = (self.steps.join(", "), self.objects);
        let kept = objects - self.changed.len();
        match self.changed.as_slice() {
            [] => paint(
                GOOD,
                format!(
                    "{steps} did not run again: the {objects} objects it wrote were last modified before the failure"
                ),
            ),
            changed => format!(
                "before the failure, {steps} wrote {objects} objects: {kept} of them were last modified then, and the \
                 next attempt wrote or removed\n  {}",
                changed.join("\n  ")
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::given::{at, resumed};

    fn objects(written: &[(&str, i64)]) -> Objects {
        written.iter().map(|(key, second)| ((*key).to_owned(), at(*second))).collect()
    }

    #[test]
    fn only_what_completed_steps_wrote_is_compared() {
        let at_first = objects(&[("raw/a", 1)]);
        let failed = objects(&[("raw/a", 1), ("curated/a", 250), ("kpis/half", 350)]);
        let after = objects(&[("raw/a", 1), ("curated/a", 250), ("kpis/half", 900)]);
        let again = objects(&[("raw/a", 1), ("curated/a", 800)]);
        let before = || Before::of(&resumed(), &at_first, failed.clone()).unwrap();
        assert_eq!(before().written, objects(&[("curated/a", 250)]));
        assert_eq!(before().compared(&after).changed.len(), 0);
        assert_eq!(before().compared(&again).changed, ["curated/a"]);
        assert_eq!(before().compared(&Objects::new()).changed.len(), 1);
        assert!(Before::of(&resumed(), &failed, failed.clone()).is_none());
    }
}
