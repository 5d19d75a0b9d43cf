//! Histories as JSON Lines: one object for each event, with the fields of Jepsen's EDN.

use super::{Event, Kind, Malformed};
use serde_json::{Map, Value};

/// The events of a text. Empty lines are passed over, and so is the nemesis: it makes faults and is no client.
///
/// # Errors
/// The line that cannot be.
pub fn read(text: &str) -> Result<Vec<Event>, Malformed> {
    let mut events = Vec::new();
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        let fields = serde_json::from_str(text);
        let fields = fields.map_err(|wrong: serde_json::Error| {
            // Its own line is that of this text.
            let why = wrong.to_string().replace(" at line 1 column ", " at column ");
            Malformed::new(line, format!("not a JSON object: {why}"))
        })?;
        events.push(object(line, fields)?);
    }
    events.retain(|event| event.process != "nemesis");
    Ok(events)
}

/// An event from its fields.
///
/// # Errors
/// The field that is missing or cannot be.
pub fn object(line: u32, mut fields: Map<String, Value>) -> Result<Event, Malformed> {
    let mut text = |name: &str| match fields.remove(name) {
        Some(Value::String(text)) => Ok(text),
        Some(Value::Number(number)) if number.is_f64() => {
            Err(Malformed::new(line, format!("`{name}` is {number}, which is no whole number of 64 bits")))
        }
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(other) => Err(Malformed::new(line, format!("`{name}` is {other}, neither a name nor a number"))),
        None => Err(Malformed::new(line, format!("`{name}` is missing"))),
    };
    let (process, kind, f) = (text("process")?, text("type")?, text("f")?);
    let wrong = || Malformed::new(line, format!("`type` is `{kind}`, not invoke, ok, fail or info"));
    let kind = Kind::named(&kind).ok_or_else(wrong)?;
    let value = fields.remove("value");
    let valued = value.is_some();
    let value = value.unwrap_or(Value::Null);
    Ok(Event { line, place: line, process, kind, f, key: fields.remove("key"), value, valued })
}

/// An event as a line.
pub fn line(event: &Event) -> String {
    let mut fields = Map::new();
    let mut put = |name: &str, value: Value| fields.insert(name.into(), value);
    put("process", event.process.as_str().into());
    put("type", event.kind.name().into());
    put("f", event.f.as_str().into());
    if let Some(key) = &event.key {
        put("key", key.clone());
    }
    put("value", event.value.clone());
    Value::Object(fields).to_string()
}
