//! Reading histories: Jepsen's logs, as text and as EDN, and JSON Lines.

use clojure_reader::edn::{self, Edn};
use lightcone_catalog::history::{self, Event, Kind, Malformed, object};
use serde_json::Value;

/// How a history is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Jepsen's text logs and EDN histories; what else stands in a log is passed over.
    Jepsen,
    /// One JSON object for each event, with the fields of Jepsen's EDN.
    JsonLines,
}

/// The events of a history.
pub fn events(text: &str, format: Format) -> Result<Vec<Event>, Malformed> {
    if format == Format::JsonLines {
        return history::read(text);
    }
    let mut events = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        // The nemesis makes faults; it is no client.
        events.extend(jepsen(line, text)?.filter(|event| event.process != "nemesis"));
    }
    Ok(events)
}

/// A line of a log of Jepsen, if it is an event.
fn jepsen(line: u32, text: &str) -> Result<Option<Event>, Malformed> {
    // A whole history is a vector, or a map on each line, or such a map with its type before it.
    let text = text.trim().trim_start_matches('[');
    let text = text.strip_prefix("#jepsen.history.Op").unwrap_or(text).trim_start();
    if !text.starts_with('{') {
        return tabs(line, text);
    }
    match value(line, text)? {
        Value::Object(fields) => object(line, fields).map(Some),
        _ => unreachable!("what begins with a brace is a map"),
    }
}

/// `INFO jepsen.util - 3 :invoke :cas [2 0]`, with tabs after the process. Other lines are no events.
fn tabs(line: u32, text: &str) -> Result<Option<Event>, Malformed> {
    let fields: Vec<&str> = text.split('\t').map(str::trim).collect();
    let kind_of = |field: &&str| if field.starts_with(':') { Kind::named(field) } else { None };
    let Some(at) = fields.iter().position(|field| kind_of(field).is_some()).filter(|at| *at > 0) else {
        return Ok(None);
    };
    let process = fields[at - 1].split_whitespace().last().unwrap_or_default().trim_start_matches(':');
    let kind = kind_of(&fields[at]).expect("it was found a moment ago");
    let Some(f) = fields.get(at + 1).map(|f| f.trim_start_matches(':')).filter(|f| !f.is_empty()) else {
        return Err(Malformed::new(line, "the event names no function"));
    };
    if process.is_empty() {
        return Err(Malformed::new(line, "the event names no process"));
    }
    let value = match fields.get(at + 2) {
        // What crashed may have its error in place of the value, in whatever form.
        Some(text) if process != "nemesis" && matches!(kind, Kind::Invoke | Kind::Ok) => value(line, text)?,
        _ => Value::Null,
    };
    Ok(Some(Event { line, process: process.into(), kind, f: f.into(), key: None, value }))
}

/// A value written in EDN.
fn value(line: u32, text: &str) -> Result<Value, Malformed> {
    let (edn, _) = edn::read(text).map_err(|wrong| {
        Malformed::new(line, format!("`{}` is not EDN: {:?}", text.chars().take(40).collect::<String>(), wrong.code))
    })?;
    Ok(plain(&edn))
}

/// A value of EDN as JSON: keywords and symbols become texts, every collection but a map becomes a list.
fn plain(edn: &Edn<'_>) -> Value {
    match edn {
        Edn::Nil => Value::Null,
        Edn::Bool(it) => (*it).into(),
        Edn::Int(it) => (*it).into(),
        Edn::Str(it) | Edn::Key(it) | Edn::Symbol(it) => it.as_ref().into(),
        Edn::Char(it) => it.to_string().into(),
        Edn::Vector(all) | Edn::List(all) => all.iter().map(plain).collect(),
        Edn::Set(all) => all.iter().map(plain).collect(),
        Edn::Map(pairs) => {
            let name = |key: &Edn<'_>| match plain(key) {
                Value::String(name) => name,
                other => other.to_string(),
            };
            Value::Object(pairs.iter().map(|(key, value)| (name(key), plain(value))).collect())
        }
        Edn::Tagged(_, value) => plain(value),
        other => other.to_string().into(),
    }
}
