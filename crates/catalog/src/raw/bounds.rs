//! The bounds of what can be written, each with the sentence that refuses what is beyond it.

use crate::ScenarioError;
use lightcone_core::{Micros, Span};
use lightcone_sim::{Bandwidth, Latency};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Runs longer than this are refused, since a typing error would fill the memory.
pub const LONGEST: Micros = Micros(600_000_000);
/// Numbers above this are not exact in other languages.
pub const LARGEST_SEED: u64 = (1 << 53) - 1;
/// A queue or a number of workers is not larger.
pub const MANY: i64 = 1_000_000;
/// A clock that loses all that it should gain stands still.
const STANDSTILL: i64 = -1_000_000;
/// No clock is more than ten times as fast as it should be.
const FASTEST: i64 = 9_000_000;

/// Reads a text form, and says which field held it if it cannot.
pub fn read<T: FromStr<Err = String>>(field: &str, text: &str) -> Result<T, ScenarioError> {
    said(field, text.parse())
}

/// What was read, or what is wrong with `field`.
pub fn said<T>(field: &str, read: Result<T, String>) -> Result<T, ScenarioError> {
    read.map_err(|wrong| ScenarioError::field(field, wrong))
}

/// A whole number within its bounds.
pub fn within<T: TryFrom<i64>>(field: &str, value: i64, least: i64, most: i64) -> Result<T, ScenarioError> {
    let inside = (least..=most).contains(&value).then_some(value);
    let value_ = inside.and_then(|value| T::try_from(value).ok());
    value_.ok_or_else(|| ScenarioError::field(field, format!("{value} is not from {least} to {most}")))
}

/// A length that is not longer than the longest run.
pub fn no_longer_than_runs(length: Micros) -> Result<Micros, String> {
    if length > LONGEST { Err(format!("{length} is more than {LONGEST}")) } else { Ok(length) }
}

/// Times in a range.
pub fn span(text: &str) -> Result<Span, String> {
    let span: Span = text.parse()?;
    no_longer_than_runs(span.max).map(|_| span)
}

/// Times that messages take.
pub fn latency(text: &str) -> Result<Latency, String> {
    let latency: Latency = text.parse()?;
    no_longer_than_runs(latency.max()).map(|_| latency)
}

/// By how much a clock is set.
pub fn forward(text: &str) -> Result<Micros, String> {
    if text.trim_start().starts_with('-') {
        return Err(format!("`{text}` would set it back: a clock never runs backwards"));
    }
    text.parse().and_then(no_longer_than_runs)
}

/// How much a clock gains, in parts per million.
pub fn drift(drift: i64) -> Result<i32, String> {
    if drift <= STANDSTILL {
        return Err(format!("{drift}: the clock would run backwards, or stand still: write more than {STANDSTILL}"));
    }
    let drift = i32::try_from(drift).ok().filter(|drift| i64::from(*drift) <= FASTEST).ok_or(drift);
    drift.map_err(|drift| format!("{drift} is more than {FASTEST}, ten times as fast"))
}

/// How long each message takes to enter a link.
pub fn each(text: &str) -> Result<Micros, String> {
    let each = text.parse().and_then(no_longer_than_runs)?;
    if each == Micros::ZERO {
        return Err(format!("{each} is no limit: each message takes some time to enter the link"));
    }
    Ok(each)
}

/// What a link can carry, as it is written in `[network]`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBandwidth {
    each: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<i64>,
}

impl RawBandwidth {
    /// Checks every field.
    pub fn check(self, here: &str) -> Result<Bandwidth, ScenarioError> {
        let queue = self.queue.map(|queue| within(&format!("{here}.queue"), queue, 0, MANY)).transpose()?;
        Ok(Bandwidth { each: said(&format!("{here}.each"), each(&self.each))?, queue })
    }

    /// As it is written.
    pub fn of(bandwidth: Bandwidth) -> Self {
        RawBandwidth { each: bandwidth.each.to_string(), queue: bandwidth.queue.map(i64::from) }
    }
}
