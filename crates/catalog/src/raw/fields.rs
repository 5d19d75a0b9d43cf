//! An intervention as it is written: named fields, taken out one by one, so that what is left over is an error.

use super::bounds::{self, forward, no_longer_than_runs};
use crate::ScenarioError;
use lightcone_core::Micros;
use lightcone_sim::{Latency, Links};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;
use std::{fmt, str::FromStr};

/// An intervention as it is written. Its fields are kept in their order and unread: one that cannot be read is to spoil
/// no other.
#[derive(Clone, Debug, Default)]
pub struct RawIntervention(pub Vec<(String, Value)>);

impl RawIntervention {
    /// Adds a field.
    pub fn put(&mut self, field: &str, value: impl Into<Value>) {
        self.0.push((field.into(), value.into()));
    }
}

impl Serialize for RawIntervention {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(field, value)| (field, value)))
    }
}

impl<'de> Deserialize<'de> for RawIntervention {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Table)
    }
}

struct Table;

impl<'de> de::Visitor<'de> for Table {
    type Value = RawIntervention;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of fields")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<RawIntervention, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(RawIntervention(fields))
    }
}

/// The fields of one intervention that are not read yet.
pub struct Fields {
    here: String,
    left: Vec<(String, Value)>,
}

/// What a field holds, if it is there.
type Held<T> = Result<Option<T>, ScenarioError>;

impl Fields {
    /// The fields of the intervention that errors call `here`.
    pub fn new(here: String, raw: RawIntervention) -> Self {
        Fields { here, left: raw.0 }
    }

    /// Something is wrong with `field`.
    pub fn wrong(&self, field: &str, wrong: impl Into<String>) -> ScenarioError {
        ScenarioError::field(format!("{}: {field}", self.here), wrong)
    }

    /// Something is wrong with the intervention as a whole.
    pub fn wrong_as_a_whole(&self, wrong: impl Into<String>) -> ScenarioError {
        ScenarioError::field(&self.here, wrong)
    }

    /// Which of these fields are there. A switch that says `false` is not.
    pub fn present<'a>(&self, fields: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let there = |field: &str| self.left.iter().any(|(name, value)| name == field && *value != Value::Bool(false));
        fields.into_iter().filter(|field| there(field)).collect()
    }

    /// A field that nobody has read.
    pub fn left_over(&self) -> Option<&str> {
        self.left.iter().find(|(_, value)| *value != Value::Bool(false)).map(|(field, _)| field.as_str())
    }

    fn take(&mut self, field: &str) -> Option<Value> {
        let place = self.left.iter().position(|(name, _)| name == field)?;
        Some(self.left.remove(place).1)
    }

    /// A field that has to be there.
    pub fn must<T>(&mut self, field: &str, read: impl FnOnce(&mut Self, &str) -> Held<T>) -> Result<T, ScenarioError> {
        read(self, field)?.ok_or_else(|| self.wrong(field, "is missing"))
    }

    /// A switch.
    pub fn flag(&mut self, field: &str) -> Held<bool> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(other) => Err(self.wrong(field, format!("{other} is neither true nor false"))),
        }
    }

    /// A text.
    pub fn text(&mut self, field: &str) -> Held<String> {
        match self.take(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(field, format!("{other} is not a text: write it between quotes"))),
        }
    }

    /// Something in its text form.
    pub fn parsed<T: FromStr<Err = String>>(&mut self, field: &str) -> Held<T> {
        let text = self.text(field)?;
        text.map(|text| text.parse().map_err(|wrong: String| self.wrong(field, wrong))).transpose()
    }

    /// A length of time.
    pub fn length(&mut self, field: &str) -> Held<Micros> {
        let length: Option<Micros> = self.parsed(field)?;
        length.map(|length| no_longer_than_runs(length).map_err(|wrong| self.wrong(field, wrong))).transpose()
    }

    /// By how much a clock is set, which can only be forward.
    pub fn forward(&mut self, field: &str) -> Held<Micros> {
        let text = self.text(field)?;
        text.map(|text| forward(&text).map_err(|wrong| self.wrong(field, wrong))).transpose()
    }

    /// Times that messages take.
    pub fn latency(&mut self, field: &str) -> Held<Latency> {
        let text = self.text(field)?;
        text.map(|text| bounds::latency(&text).map_err(|wrong| self.wrong(field, wrong))).transpose()
    }

    /// A whole number within bounds.
    pub fn whole<T: TryFrom<i64>>(&mut self, field: &str, least: i64, most: i64) -> Held<T> {
        let Some(value) = self.take(field) else { return Ok(None) };
        let number = value.as_i64().filter(|number| (least..=most).contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        number
            .map(Some)
            .ok_or_else(|| self.wrong(field, format!("{value} is not a whole number from {least} to {most}")))
    }

    /// How much a clock gains.
    pub fn drift(&mut self, field: &str) -> Held<i32> {
        let Some(value) = self.take(field) else { return Ok(None) };
        let drift = value.as_i64().ok_or_else(|| format!("{value} is not a whole number"));
        drift.and_then(bounds::drift).map(Some).map_err(|wrong| self.wrong(field, wrong))
    }

    /// One of a few words, each of which stands for something.
    pub fn word<T: Copy>(&mut self, field: &str, words: &[(&str, T)]) -> Held<T> {
        let Some(text) = self.text(field)? else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, meant)| Some(*meant)).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(field, format!("`{text}` is not one of {}", known.join(", ")))
        })
    }

    /// Groups of names.
    pub fn groups(&mut self, field: &str) -> Held<Vec<Vec<String>>> {
        let Some(value) = self.take(field) else { return Ok(None) };
        serde_json::from_value(value)
            .map(Some)
            .map_err(|_| self.wrong(field, "is no list of groups: write [[\"n1\"], [\"n2\", \"n3\"]]"))
    }

    /// A link, or two names for one direction of the link between them.
    pub fn links(&mut self, field: &str) -> Held<Links> {
        let Some(value) = self.take(field) else { return Ok(None) };
        if let Ok([from, to]) = serde_json::from_value::<[String; 2]>(value.clone()) {
            return Ok(Some(Links::one_way(from, to)));
        }
        self.left.push((field.into(), value));
        self.parsed(field)
    }
}
