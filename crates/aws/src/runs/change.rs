//! One conditional change of one item, as expressions.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::types::AttributeValue;

use super::key::ItemKey;

/// An item as DynamoDB has it.
pub(super) type Item = HashMap<String, AttributeValue>;

/// Attributes to set, and the condition under which. In expressions `#Column` stands for the column and `:name` for a
/// bound value, so that no column clashes with DynamoDB's reserved words.
#[derive(Debug, Clone)]
pub(super) struct Change {
    key: ItemKey,
    sets: Vec<String>,
    removals: Vec<String>,
    conditions: Vec<String>,
    values: BTreeMap<String, AttributeValue>,
}

impl Change {
    /// Nothing yet, on this item.
    pub(super) fn of(key: ItemKey) -> Self {
        Self { key, sets: vec![], removals: vec![], conditions: vec![], values: BTreeMap::new() }
    }

    /// Sets a column.
    pub(super) fn set(mut self, column: &str, value: AttributeValue) -> Self {
        self.sets.push(format!("#{column} = :{column}"));
        self.bind(column, value)
    }

    /// Sets a column if there is something to set it to.
    pub(super) fn set_some(self, column: &str, value: Option<AttributeValue>) -> Self {
        match value {
            Some(value) => self.set(column, value),
            None => self,
        }
    }

    /// Sets a column, or removes it where there is nothing to set it to.
    pub(super) fn replace(self, column: &str, value: Option<AttributeValue>) -> Self {
        match value {
            Some(value) => self.set(column, value),
            None => self.remove(&[column]),
        }
    }

    /// Removes columns.
    pub(super) fn remove(mut self, columns: &[&str]) -> Self {
        self.removals.extend(columns.iter().map(|column| format!("#{column}")));
        self
    }

    /// Sets a column that is not there yet.
    pub(super) fn fill(mut self, column: &str, value: AttributeValue) -> Self {
        self.sets.push(format!("#{column} = if_not_exists(#{column}, :{column})"));
        self.bind(column, value)
    }

    /// Sets a column that is not there yet, if there is something to set it to.
    pub(super) fn fill_some(self, column: &str, value: Option<AttributeValue>) -> Self {
        match value {
            Some(value) => self.fill(column, value),
            None => self,
        }
    }

    /// Adds a condition; all of them have to hold.
    pub(super) fn when(mut self, condition: impl Into<String>) -> Self {
        self.conditions.push(condition.into());
        self
    }

    /// Binds a value that a condition names.
    pub(super) fn bind(mut self, name: &str, value: AttributeValue) -> Self {
        self.values.insert(format!(":{name}"), value);
        self
    }

    pub(super) fn expression(&self) -> String {
        let clause = |verb: &str, parts: &[String]| {
            (!parts.is_empty()).then(|| format!("{verb} {}", parts.join(", ")))
        };
        let clauses = [clause("SET", &self.sets), clause("REMOVE", &self.removals)];
        clauses.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    pub(super) fn condition(&self) -> Option<String> {
        let joined = self.conditions.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(" AND ");
        (!joined.is_empty()).then_some(joined)
    }

    /// Every column that an expression names, under its alias.
    pub(super) fn names(&self) -> HashMap<String, String> {
        let expressions = self.sets.iter().chain(&self.removals).chain(&self.conditions);
        let aliases = expressions.flat_map(|text| text.split('#').skip(1).map(leading_name));
        aliases.map(|column| (format!("#{column}"), column.to_owned())).collect()
    }

    pub(super) fn values(&self) -> HashMap<String, AttributeValue> {
        self.values.clone().into_iter().collect()
    }

    pub(super) fn key(&self) -> Item {
        self.key.to_item()
    }
}

fn leading_name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or(text)
}

impl ItemKey {
    pub(super) fn to_item(&self) -> Item {
        HashMap::from([
            ("Correlation_Id".to_owned(), AttributeValue::S(self.partition.clone())),
            ("DataProduct".to_owned(), AttributeValue::S(self.sort.clone())),
        ])
    }
}
