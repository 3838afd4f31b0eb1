//! An item as somebody wrote it: columns may be missing, and numbers may be written as texts.

use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use pipeline::failure::{Failure, Kind};

use super::change::Item;

/// Reads the columns of one item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a>(pub(super) &'a Item);

impl<'a> Row<'a> {
    /// A text; an empty one is none.
    pub(super) fn text(self, column: &str) -> Option<&'a str> {
        let text = match self.0.get(column)? {
            AttributeValue::S(text) | AttributeValue::N(text) => text.as_str(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// A text of one's own.
    pub(super) fn owned(self, column: &str) -> Option<String> {
        self.text(column).map(str::to_owned)
    }

    /// A value that is made by parsing its text.
    pub(super) fn parsed<T, E: std::fmt::Display>(
        self,
        column: &str,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Failure> {
        let parse = |text| parse(text).map_err(|why| self.unreadable(column, text, &why.to_string()));
        self.text(column).map(parse).transpose()
    }

    /// A number or a time, as it prints itself.
    pub(super) fn value<T: FromStr>(self, column: &str) -> Result<Option<T>, Failure>
    where
        T::Err: std::fmt::Display,
    {
        self.parsed(column, str::parse)
    }

    /// A moment that is counted from 1970.
    pub(super) fn moment(
        self,
        column: &str,
        count: fn(i64) -> Result<Timestamp, jiff::Error>,
    ) -> Result<Option<Timestamp>, Failure> {
        let moment = |text: &str| {
            let number = text.parse().map_err(|why| format!("{why}"))?;
            count(number).map_err(|why| why.to_string())
        };
        self.parsed(column, moment)
    }

    /// The texts of a list.
    pub(super) fn texts(self, column: &str) -> Vec<String> {
        let list = self.0.get(column).and_then(|value| value.as_l().ok());
        list.into_iter().flatten().filter_map(|value| value.as_s().ok()).cloned().collect()
    }

    /// The maps of a list; what is no map is none.
    pub(super) fn maps(self, column: &str) -> Vec<Option<Row<'a>>> {
        let list = self.0.get(column).and_then(|value| value.as_l().ok());
        list.into_iter().flatten().map(|value| value.as_m().ok().map(Row)).collect()
    }

    /// Whether there is anything in the column.
    pub(super) fn has(self, column: &str) -> bool {
        self.0.contains_key(column)
    }

    /// A map within the item.
    pub(super) fn map(self, column: &str) -> Option<Row<'a>> {
        self.0.get(column)?.as_m().ok().map(Row)
    }

    /// Whether a flag is set.
    pub(super) fn flag(self, column: &str) -> bool {
        matches!(self.0.get(column), Some(AttributeValue::Bool(true)))
    }

    /// The column is there, but cannot be what it has to be.
    pub(super) fn unreadable(self, column: &str, text: &str, why: &str) -> Failure {
        let key = |column| self.text(column).unwrap_or("?");
        Failure {
            doing: format!("read the item {} / {}", key("Correlation_Id"), key("DataProduct")),
            word: "UnreadableItem".into(),
            message: format!("column {column} holds {text:?}: {why}"),
            kind: Kind::Refused,
        }
    }

    /// A column without which the item has no meaning.
    pub(super) fn required<T>(self, column: &str, value: Option<T>) -> Result<T, Failure> {
        value.ok_or_else(|| self.unreadable(column, "", "it has to be there"))
    }
}
