//! The settings as they are being written, field by field, as text.

use super::Studio;
use crate::engine;
use lightcone_catalog::{Lab, Scenario, ScenarioError};
use lightcone_core::{Each, Field, FieldKind, Micros, Order, Sorted, Span};
use lightcone_sim::Latency;
use serde_json::Value;
use std::str::FromStr;

/// What stands in the fields, and what is wrong with one of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// The text of each field, by its name in files: `settings.servers`, `network.loss`.
    pub texts: Sorted<String, String>,
    /// The field that cannot be run, and why.
    pub wrong: Option<(String, String)>,
}

impl Draft {
    /// The settings of a run, as text.
    pub fn of(lab: &dyn Lab) -> Draft {
        let scenario = lab.scenario();
        let defaults = engine::defaults(&scenario.protocol);
        let mut texts = Sorted::new();
        for field in lab.form().fields {
            let value = scenario.settings.get(field.name).or_else(|| defaults.get(field.name));
            let text = value.map(text_of).unwrap_or_default();
            texts.insert(format!("settings.{}", field.name), text);
        }
        texts.insert("network.latency".into(), scenario.run.network.latency.to_string());
        texts.insert("network.loss".into(), scenario.run.network.loss.to_string());
        texts.insert(
            "network.order".into(),
            if scenario.run.network.order == Order::Fifo { "fifo" } else { "any" }.into(),
        );
        texts.insert("seed".into(), scenario.run.seed.to_string());
        texts.insert("until".into(), scenario.run.until.to_string());
        Draft { texts, wrong: None }
    }

    /// The text of a field.
    pub fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The scenario with these settings.
    ///
    /// # Errors
    /// The field that holds what it cannot hold.
    pub fn scenario(&self, lab: &dyn Lab) -> Result<Scenario, ScenarioError> {
        let mut scenario = lab.scenario().clone();
        let defaults = engine::defaults(&scenario.protocol);
        for field in lab.form().fields {
            let name = format!("settings.{}", field.name);
            let value = value_of(&field, self.text(&name)).map_err(|wrong| ScenarioError::field(name, wrong))?;
            // What is as usual is left unsaid, so that links stay short.
            if scenario.settings.contains_key(field.name) || defaults.get(field.name) != Some(&value) {
                scenario.settings.insert(field.name.into(), value);
            }
        }
        scenario.run.network.latency = self.read::<Latency>("network.latency")?;
        scenario.run.network.loss = whole(self.text("network.loss"), 0, 100)
            .map_err(|wrong| ScenarioError::field("network.loss", wrong))? as u8;
        scenario.run.network.order = if self.text("network.order") == "fifo" { Order::Fifo } else { Order::Any };
        scenario.run.seed =
            whole(self.text("seed"), 0, u64::MAX).map_err(|wrong| ScenarioError::field("seed", wrong))?;
        scenario.run.until = self.read::<Micros>("until")?;
        // A caption stands within the run. Undo brings back those of a longer one.
        scenario.captions.retain(|caption| caption.at <= scenario.run.until);
        Ok(scenario)
    }

    fn read<T: FromStr<Err = String>>(&self, name: &str) -> Result<T, ScenarioError> {
        self.text(name).parse().map_err(|wrong| ScenarioError::field(name, wrong))
    }
}

pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn value_of(field: &Field, text: &str) -> Result<Value, String> {
    match &field.kind {
        FieldKind::Number { min, max } => whole(text, *min, *max).map(Value::from),
        FieldKind::Switch => Ok(Value::Bool(text == "true")),
        FieldKind::Duration => text.parse::<Micros>().map(|time| time.to_string().into()),
        FieldKind::Range => text.parse::<Span>().map(|span| span.to_string().into()),
        FieldKind::Ranges => text.parse::<Each<Span>>().map(|each| each.to_string().into()),
        FieldKind::Numbers { .. } => text.parse::<Each<u64>>().map(|each| each.to_string().into()),
        FieldKind::Choice(_) => Ok(text.into()),
    }
}

pub(super) fn whole(text: &str, min: u64, max: u64) -> Result<u64, String> {
    let text = text.trim();
    let beyond = || {
        if max == u64::MAX {
            format!("`{text}` is not a whole number from {min} on")
        } else {
            format!("`{text}` is not a whole number from {min} to {max}")
        }
    };
    text.parse::<u64>().ok().filter(|n| (min..=max).contains(n)).ok_or_else(beyond)
}

impl Studio {
    /// Runs the scene with the settings as written, or says beside the field what is wrong and leaves the run alone.
    pub(super) fn apply(&mut self) {
        let opened = self.draft.scenario(self.lab.as_ref()).and_then(engine::open);
        match opened {
            Ok(lab) => {
                self.remember("settings");
                self.replace_lab(lab);
                self.changed();
                self.dialog = None;
                self.say("running with the new settings");
            }
            Err(error) => self.refuse_beside(error),
        }
    }

    /// Says what is wrong beside the field where it is.
    pub(super) fn refuse_beside(&mut self, error: ScenarioError) {
        self.say(error.to_string());
        self.draft.wrong = Some(match error {
            ScenarioError::Field { field, wrong } => (field, wrong),
            other => (String::new(), other.to_string()),
        });
    }
}
