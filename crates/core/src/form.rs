//! What a protocol's settings are, so that panels, files and error messages are made from one description.

use crate::{Micros, Span};
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
    /// Ranges of lengths of time that single servers have for themselves, as an [`Each`](crate::Each).
    Ranges,
    /// Whole numbers within bounds that single servers have for themselves, as an [`Each`](crate::Each).
    Numbers {
        /// The smallest.
        min: u64,
        /// The largest.
        max: u64,
    },
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

/// Whether a number lies within bounds.
///
/// # Errors
/// The field, with the bound that it passes.
pub fn within(field: &str, value: u64, min: u64, max: u64) -> Result<(), ConfigError> {
    if value < min {
        return Err(ConfigError::new(field, format!("{value} is less than {min}")));
    }
    if value > max {
        return Err(ConfigError::new(field, format!("{value} is more than {max}")));
    }
    Ok(())
}

/// Whether a timer can be drawn from a range.
///
/// # Errors
/// The field, if its range is empty, or no time passes.
pub fn ordered(field: &str, span: Span) -> Result<(), ConfigError> {
    if span.min > span.max {
        return Err(ConfigError::new(field, format!("{span} ends before it starts")));
    }
    if span.min == Micros::ZERO {
        return Err(ConfigError::new(field, format!("{span} is too short: time would stand still")));
    }
    Ok(())
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.wrong)
    }
}

impl std::error::Error for ConfigError {}
