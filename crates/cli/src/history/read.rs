//! Reading histories: Jepsen's logs, as text and as EDN, and JSON Lines.

use super::edn;
use lightcone_catalog::history::{self, Event, Kind, Malformed};
use serde_json::Value;

/// How a history is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Jepsen's text logs and EDN histories; what else stands in a log is passed over.
    Jepsen,
    /// One JSON object for each event, with the fields of Jepsen's EDN.
    JsonLines,
}

/// The text of a file, without the mark of byte order that some write before it.
pub fn text(bytes: &[u8]) -> Result<&str, Malformed> {
    let text = str::from_utf8(bytes).map_err(|wrong| {
        let line = 1 + bytes[..wrong.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() as u32;
        Malformed::new(line, "the text is not UTF-8")
    })?;
    Ok(text.trim_start_matches('\u{feff}'))
}

/// The events of a history.
pub fn events(text: &str, format: Format) -> Result<Vec<Event>, Malformed> {
    let mut events = match format {
        Format::JsonLines => history::read(text)?,
        Format::Jepsen if edn::is_history(text) => edn::events(1, text)?,
        Format::Jepsen => log(text)?,
    };
    // The nemesis makes faults; it is no client.
    events.retain(|event| event.process != "nemesis");
    for (place, event) in (1..).zip(&mut events) {
        event.place = place;
    }
    Ok(events)
}

/// The events of a text log. Other lines are no events.
fn log(text: &str) -> Result<Vec<Event>, Malformed> {
    let mut events = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        if edn::is_history(text) && text.contains(":process") {
            events.extend(edn::events(line, text)?);
        } else {
            events.extend(fields(text).map(|fields| fields.event(line)).transpose()?);
        }
    }
    Ok(events)
}

/// What stands in a line of a log: `INFO jepsen.util - 3 :invoke :cas [2 0]`, with tabs after the process.
struct Fields<'a> {
    process: &'a str,
    kind: &'a str,
    f: &'a str,
    value: Option<&'a str>,
    /// Whether spaces stand for the tabs, so that the error after a value cannot be told from it.
    spaced: bool,
}

fn fields(text: &str) -> Option<Fields<'_>> {
    let is_kind = |field: &str| field.starts_with(':') && Kind::named(field).is_some();
    let fields: Vec<&str> = text.split('\t').map(str::trim).collect();
    let process = |at: usize| fields[at - 1].split_whitespace().last().unwrap_or_default();
    // Between a process and a function stands a type, even if it is none that there is.
    let is_between = |at: usize| {
        let keywords = fields.get(at..at + 2).is_some_and(|both| both.iter().all(|field| field.starts_with(':')));
        keywords && process(at).parse::<u64>().is_ok()
    };
    if let Some(at) = (1..fields.len()).find(|at| is_kind(fields[*at]) || is_between(*at)) {
        let (f, value) = (fields.get(at + 1).copied().unwrap_or_default(), fields.get(at + 2).copied());
        return Some(Fields { process: process(at), kind: fields[at], f, value, spaced: false });
    }
    // Without tabs, only a process and a function on both sides make it an event.
    let mut rest = text.trim_start();
    let mut process = "";
    while let Some((word, after)) = rest.split_once(char::is_whitespace) {
        let after = after.trim_start();
        let is_client = process.parse::<u64>().is_ok();
        let is_type = is_client && word.starts_with(':') || process == ":nemesis" && is_kind(word);
        if is_type && after.starts_with(':') {
            let (f, value) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
            let value = Some(value.trim()).filter(|value| !value.is_empty());
            return Some(Fields { process, kind: word, f, value, spaced: true });
        }
        (process, rest) = (word, after);
    }
    None
}

impl Fields<'_> {
    fn event(&self, line: u32) -> Result<Event, Malformed> {
        let (process, f) = (self.process.trim_start_matches(':'), self.f.trim_start_matches(':'));
        let unknown = || Malformed::new(line, format!("`{}` is no type: invoke, ok, fail or info", self.kind));
        let kind = Kind::named(self.kind).ok_or_else(unknown)?;
        if f.is_empty() {
            return Err(Malformed::new(line, "the event names no function"));
        }
        if process.is_empty() {
            return Err(Malformed::new(line, "the event names no process"));
        }
        let value = match self.value {
            // What crashed may have its error in place of the value, in whatever form.
            Some(text) if process != "nemesis" && matches!(kind, Kind::Invoke | Kind::Ok) => {
                let (value, rest) = edn::value(line, text)?;
                if !self.spaced && !rest.trim().is_empty() || fields(rest).is_some() {
                    return Err(Malformed::new(line, format!("`{}` follows the value {value}", rest.trim())));
                }
                value
            }
            _ => Value::Null,
        };
        let (process, f) = (process.into(), f.into());
        Ok(Event { line, place: line, process, kind, f, key: None, value, valued: self.value.is_some() })
    }
}
