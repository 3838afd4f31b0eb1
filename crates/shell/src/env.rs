//! The environment, read once and all of it: whatever is wrong with it is told in one message.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::str::FromStr;

/// Everything that is wrong with the environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("environment: {}", problems.join("; "))]
pub struct BadEnvironment {
    problems: Vec<String>,
}

/// Variables, and what was found wrong with them so far. A variable that is set to nothing is not set.
#[derive(Debug, Default)]
pub struct Env {
    variables: BTreeMap<String, String>,
    problems: RefCell<Vec<String>>,
}

impl Env {
    /// The environment of this process; variables that are no text are not seen.
    pub fn process() -> Self {
        let texts = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self { variables: texts.collect(), problems: RefCell::default() }
    }

    /// These variables and no others.
    pub fn of<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let owned = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self { variables: owned.collect(), problems: RefCell::default() }
    }

    /// A variable that may be missing.
    pub fn optional(&self, name: &str) -> Option<String> {
        self.variables.get(name).filter(|value| !value.is_empty()).cloned()
    }

    /// A variable that has to be there; where it is not, [`Env::finish`] will say so.
    pub fn required(&self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.problems.borrow_mut().push(format!("{name} is not set"));
            String::new()
        })
    }

    /// A variable that is made by parsing, and may be missing.
    pub fn parsed<T: FromStr>(&self, name: &str) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        let text = self.optional(name)?;
        let problem = |why| self.problems.borrow_mut().push(format!("{name} is {text:?}: {why}"));
        text.parse().map_err(problem).ok()
    }

    /// A variable that is made by parsing, or what stands in for it where it is missing.
    pub fn parsed_or<T: FromStr>(&self, name: &str, or: T) -> T
    where
        T::Err: std::fmt::Display,
    {
        self.parsed(name).unwrap_or(or)
    }

    /// The settings, if nothing was wrong.
    pub fn finish<S>(self, settings: S) -> Result<S, BadEnvironment> {
        match self.problems.into_inner() {
            none if none.is_empty() => Ok(settings),
            problems => Err(BadEnvironment { problems }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Env;

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let env = Env::of([("TABLE_NAME", ""), ("RUN_RETENTION_DAYS", "ninety")]);
        let settings =
            (env.required("TABLE_NAME"), env.required("AWS_REGION"), env.parsed_or("RUN_RETENTION_DAYS", 90));
        assert_eq!(
            env.finish(settings).unwrap_err().to_string(),
            "environment: TABLE_NAME is not set; AWS_REGION is not set; \
             RUN_RETENTION_DAYS is \"ninety\": invalid digit found in string"
        );
    }

    #[test]
    fn what_is_optional_may_be_missing() {
        let env = Env::of([("TABLE_NAME", "runs")]);
        let settings = (env.required("TABLE_NAME"), env.optional("TOPIC"), env.parsed_or("DAYS", 90));
        assert_eq!(env.finish(settings), Ok(("runs".to_owned(), None, 90)));
    }
}
