//! serde's errors, with the place that serde does not know.

use std::fmt;

use serde::de::{self, Expected, Unexpected};

use super::super::MASK;
use super::super::nearest::did_you_mean;
use super::super::node::{Key, Node, Scalar, Value};
use super::super::path::Path;
use super::super::plain::{self, Reading};
use super::super::problem::Problem;
use super::super::snippet;
use super::Trail;

/// Why a value was refused. Boxed, since every step of the reading hands it on.
#[derive(Debug)]
pub(super) struct Fault(Box<Inner>);

#[derive(Debug)]
struct Inner {
    cause: Cause,
    place: Option<(*const Node, Option<Problem>)>,
}

#[derive(Debug)]
pub(super) enum Cause {
    /// The value has another type than the member.
    Type { expected: String },
    /// The value has the right type and cannot be accepted.
    Value { unexpected: String, expected: String },
    /// Not one of the words that the member knows.
    Word { known: &'static [&'static str] },
    /// A member that must be there is not.
    Missing { name: &'static str },
    /// Follows from a problem that was told already.
    Told,
    /// What a type says of itself.
    Custom(String),
}

impl Fault {
    pub(super) fn new(cause: Cause) -> Self {
        Self(Box::new(Inner { cause, place: None }))
    }

    /// Where the fault lies, unless a deeper value has already claimed it.
    pub(super) fn at(mut self, node: &Node, trail: &Trail<'_>) -> Self {
        if self.0.place.is_none() {
            let problem = explain(&self.0.cause, node, &trail.path());
            self.0.place = Some((std::ptr::from_ref(node), problem));
        }
        self
    }

    /// The same for the name of a member: the member goes, and the name is what is told.
    pub(super) fn at_key(mut self, key: &Key, value: &Node, trail: &Trail<'_>) -> Self {
        if self.0.place.is_none() {
            let scalar = Value::Scalar(Scalar::new(&*key.name, key.kind));
            let name = Node { value: scalar, origin: key.origin.clone() };
            self.0.place = Some((std::ptr::from_ref(value), explain(&self.0.cause, &name, &trail.path())));
        }
        self
    }

    /// A missing member is no news where a member of the same map was refused: it is probably that one.
    pub(super) fn beside_refused(self) -> Self {
        match (&self.0.cause, &self.0.place) {
            (Cause::Missing { .. }, None) => Self::new(Cause::Told),
            _ => self,
        }
    }

    pub(super) fn into_problem(self, root: &Node) -> (*const Node, Option<Problem>) {
        let Inner { cause, place } = *self.0;
        place.unwrap_or_else(|| (std::ptr::from_ref(root), explain(&cause, root, &Path::root())))
    }
}

fn explain(cause: &Cause, node: &Node, path: &Path) -> Option<Problem> {
    let problem = |code, message: String| Problem::error(code, &node.origin, path, message);
    let shown = shown(node, path);
    Some(match cause {
        Cause::Told => return None,
        Cause::Type { expected } => wrong_type(node, path, expected),
        Cause::Value { unexpected, expected } => {
            problem("config.value", format!("{unexpected} is out of range; {expected} is expected"))
        }
        Cause::Word { known } => problem("config.unknown_word", format!("unknown word {shown}"))
            .help(did_you_mean(node.as_text().unwrap_or_default(), known.iter().copied())),
        Cause::Missing { name } => problem("config.missing_field", format!("{name} is missing")),
        Cause::Custom(message) => problem("config.value", message.clone()),
    })
}

fn wrong_type(node: &Node, path: &Path, expected: &str) -> Problem {
    let (what, expected) = (node.what(), in_our_words(expected));
    let problem = |code, message: String| Problem::error(code, &node.origin, path, message);
    let Some(scalar) = node.as_scalar() else {
        return problem("config.wrong_type", format!("{what} where {expected} belongs"));
    };
    let shown = shown(node, path);
    match (expected, scalar.reading()) {
        ("text", _) => problem("config.not_text", format!("{shown} is {what} where text belongs"))
            .help(if shown == MASK { "quote it".to_owned() } else { format!("quote it: \"{shown}\"") }),
        ("a whole number" | "a number", Reading::Integer | Reading::Float)
            if !plain::is_decimal(scalar.reveal()) =>
        {
            problem("config.odd_number", format!("{shown} is a different number to different readers"))
                .help("write it in plain decimal")
        }
        ("true or false" | "a whole number" | "a number", Reading::Text) => {
            problem("config.wrong_type", format!("\"{shown}\" is text where {expected} belongs"))
                .help(format!("write {expected}, without quotes"))
        }
        ("a list", _) => problem("config.wrong_type", format!("{shown} is {what} where a list belongs"))
            .help("write it as the item of a list"),
        _ => problem("config.wrong_type", format!("{shown} is {what} where {expected} belongs")),
    }
}

/// The value as a problem may show it: cut, and never where a secret may stand.
fn shown(node: &Node, path: &Path) -> String {
    const LONGEST: usize = 40;
    let text = node.as_text().unwrap_or_default();
    if snippet::is_hidden(&node.origin, path) {
        return MASK.to_owned();
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// serde names what it expects in Rust's words; those who write YAML have others.
fn in_our_words(expected: &str) -> &str {
    match expected {
        "a string" | "str" | "string" => "text",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "f32" | "f64" => "a number",
        other if other.starts_with("struct ") => "a map",
        other => other,
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.cause)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Cause::Custom(message.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Cause::Type { expected: expected.to_string() })
    }

    fn invalid_value(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let (unexpected, expected) = (unexpected.to_string(), in_our_words(&expected.to_string()).to_owned());
        Self::new(Cause::Value { unexpected, expected })
    }

    fn unknown_variant(_: &str, known: &'static [&'static str]) -> Self {
        Self::new(Cause::Word { known })
    }

    fn missing_field(name: &'static str) -> Self {
        Self::new(Cause::Missing { name })
    }
}
