//! Settings as data, checked against a protocol's form before they become its `Config`.

use crate::ScenarioError;
use lightcone_check::ChaosSettings;
use lightcone_core::{Each, Field, FieldKind, Form, Micros, NodeId, Protocol, Span, each::Own};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The settings of a protocol; those that are missing have their defaults.
pub fn config<P: Protocol>(settings: &Map<String, Value>) -> Result<P::Config, ScenarioError> {
    filled("settings", &P::form(), settings)
}

/// The settings of chaos, from names and values as people write them; those that are missing have their defaults.
///
/// # Errors
/// The setting that there is not, or that cannot hold its value.
pub fn chaos_settings<'a>(given: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<ChaosSettings, ScenarioError> {
    let form = ChaosSettings::form();
    filled("chaos", &form, &of_words("chaos", &form, given)?)
}

/// Settings as data, from names and values as people write them; a value that cannot be is found when they are checked.
///
/// # Errors
/// The setting that there is not.
pub fn of_words<'a>(
    place: &str,
    form: &Form,
    given: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Map<String, Value>, ScenarioError> {
    let mut settings = Map::new();
    for (name, text) in given {
        let value = match find(place, form, name)?.kind {
            FieldKind::Number { .. } => text.parse::<u64>().map_or_else(|_| Value::from(text), Value::from),
            FieldKind::Switch => text.parse::<bool>().map_or_else(|_| Value::from(text), Value::from),
            _ => Value::from(text),
        };
        settings.insert(name.into(), value);
    }
    Ok(settings)
}

/// Settings checked against their form.
fn filled<T: DeserializeOwned>(place: &str, form: &Form, settings: &Map<String, Value>) -> Result<T, ScenarioError> {
    for (name, value) in settings {
        let field = find(place, form, name)?;
        check(field, value).map_err(|wrong| ScenarioError::field(format!("{place}.{name}"), wrong))?;
    }
    serde_json::from_value(Value::Object(settings.clone()))
        .map_err(|wrong| ScenarioError::field(place, wrong.to_string()))
}

/// The settings of a protocol where a scenario says nothing.
pub fn defaults<P: Protocol>() -> Map<String, Value> {
    match serde_json::to_value(P::Config::default()) {
        Ok(Value::Object(settings)) => settings,
        _ => unreachable!("settings are a struct with named fields"),
    }
}

fn find<'a>(place: &str, form: &'a Form, name: &str) -> Result<&'a Field, ScenarioError> {
    form.fields.iter().find(|field| field.name == name).ok_or_else(|| {
        let known: Vec<&str> = form.fields.iter().map(|field| field.name).collect();
        ScenarioError::field(format!("{place}.{name}"), format!("is not a setting; there are {}", known.join(", ")))
    })
}

fn check(field: &Field, value: &Value) -> Result<(), String> {
    match &field.kind {
        FieldKind::Number { min, max } => match value.as_u64() {
            Some(number) if (*min..=*max).contains(&number) => Ok(()),
            _ => Err(format!("{value} is not a whole number from {min} to {max}")),
        },
        FieldKind::Duration => text(value)?.parse::<Micros>().map(drop),
        FieldKind::Range => text(value)?.parse::<Span>().map(drop),
        FieldKind::Ranges => own::<Span>(value).map(drop),
        FieldKind::Numbers { min, max } => {
            let beyond = |(_, own): &(NodeId, u64)| !(*min..=*max).contains(own);
            match own::<u64>(value)?.iter().find(beyond) {
                Some((node, own)) => Err(format!("n{}: {own} is not a whole number from {min} to {max}", node.0 + 1)),
                None => Ok(()),
            }
        }
        FieldKind::Switch if value.is_boolean() => Ok(()),
        FieldKind::Switch => Err(format!("{value} is neither true nor false")),
        FieldKind::Choice(choices) => {
            let known: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
            let chosen = value.as_str().is_some_and(|chosen| known.contains(&chosen));
            chosen.then_some(()).ok_or_else(|| format!("{value} is not one of {}", known.join(", ")))
        }
    }
}

fn own<T: Own>(value: &Value) -> Result<Each<T>, String> {
    let example = || format!("{value} is not text about single servers, such as \"n2={}\"", T::EXAMPLE);
    value.as_str().ok_or_else(example)?.parse()
}

fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| format!("{value} is not a time: write it with its unit, such as \"50ms\""))
}
