//! What a protocol's settings are, so that panels, files and error messages are made from one description.

use std::fmt;

/// The fields of a protocol's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// The fields, in the order of the panel.
    pub fields: Vec<Field>,
}

/// One setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name in files, equal to the field of `Config`.
    pub name: &'static str,
    /// The name on the page.
    pub label: &'static str,
    /// What it means, in a sentence.
    pub words: &'static str,
    /// What it can hold.
    pub kind: FieldKind,
}

/// What a setting can hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A whole number within bounds.
    Number {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
    /// A length of time.
    Duration,
    /// A range of lengths of time.
    Range,
    /// On or off.
    Switch,
    /// One of several: the name in files and the words on the page.
    Choice(Vec<(&'static str, &'static str)>),
}

/// Settings that cannot be run: which field, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The field.
    pub field: String,
    /// What is wrong, as a sentence.
    pub wrong: String,
}

impl ConfigError {
    /// Something is wrong with `field`.
    pub fn new(field: &str, wrong: impl Into<String>) -> Self {
        ConfigError { field: field.into(), wrong: wrong.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.wrong)
    }
}

impl std::error::Error for ConfigError {}
