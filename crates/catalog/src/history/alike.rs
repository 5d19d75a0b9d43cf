//! Values that would look the same though they are not: as texts, which they are judged as, `"1"` and 1 are one value.

use super::{Ended, Event, Malformed, Pair, text};
use serde_json::Value;
use std::collections::BTreeMap;

/// What a value is written as, and in which line that was first seen.
type Written = (&'static str, u32);

/// Refuses a history in which a text stands beside a number or a truth value that it looks like.
///
/// # Errors
/// The line in which the second of them stands.
pub fn refuse_lookalikes(pairs: &[Pair]) -> Result<(), Malformed> {
    let mut known: BTreeMap<String, Written> = BTreeMap::new();
    pairs.iter().try_for_each(|pair| {
        refuse(&pair.asked, &mut known)?;
        match &pair.end {
            // By itself it tells whether something took place.
            Ended::Told(told) if told.value.is_boolean() => Ok(()),
            Ended::Told(told) => refuse(told, &mut known),
            Ended::Failed(_) | Ended::Open => Ok(()),
        }
    })
}

fn refuse(event: &Event, known: &mut BTreeMap<String, Written>) -> Result<(), Malformed> {
    event.key.iter().chain([&event.value]).try_for_each(|value| each(value, event.line, known))
}

fn each(value: &Value, line: u32, known: &mut BTreeMap<String, Written>) -> Result<(), Malformed> {
    let what = match value {
        Value::Array(all) => return all.iter().try_for_each(|value| each(value, line, known)),
        Value::String(_) => "the text",
        Value::Number(_) => "the number",
        Value::Bool(_) => "the truth value",
        Value::Null | Value::Object(_) => return Ok(()),
    };
    // What is no plain value is refused where it is read.
    let Ok(looks) = text(value) else { return Ok(()) };
    match known.get(&*looks) {
        None => _ = known.insert(looks.to_string(), (what, line)),
        Some((other, _)) if *other == what => {}
        Some((other, first)) => {
            let why = format!("{what} {value} would look like {other} {looks} of line {first}: write both alike");
            return Err(Malformed::new(line, why));
        }
    }
    Ok(())
}
