//! The events of a history, whatever they were written in, and the operations that they make.

use lightcone_core::{Sorted, order};
use serde_json::Value;

/// One event of a history.
#[derive(Debug)]
pub struct Event {
    /// The line, counted from 1.
    pub line: u32,
    /// Its place in the order of events, which several of one line have, too.
    pub place: u32,
    /// Who.
    pub process: String,
    /// What happened.
    pub kind: Kind,
    /// Which function.
    pub f: String,
    /// The key, if it stands by itself.
    pub key: Option<Value>,
    /// What was asked with, or answered.
    pub value: Value,
    /// Whether there is a value at all: a null is one.
    pub valued: bool,
}

/// What happened to an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It was asked for.
    Invoke,
    /// It was answered.
    Ok,
    /// It did not take place.
    Fail,
    /// Nobody knows; it may take place at any time.
    Info,
}

impl Kind {
    /// The kind of this name, with or without the colon of a keyword.
    pub fn named(name: &str) -> Option<Kind> {
        match name.trim_start_matches(':') {
            "invoke" => Some(Kind::Invoke),
            "ok" => Some(Kind::Ok),
            "fail" => Some(Kind::Fail),
            "info" => Some(Kind::Info),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invoke => "invoke",
            Kind::Ok => "ok",
            Kind::Fail => "fail",
            Kind::Info => "info",
        }
    }
}

impl Event {
    /// Whether it tells how an operation was answered.
    pub fn is_answer(&self) -> bool {
        self.kind == Kind::Ok
    }

    /// Refuses the answer to a read that does not say what was read.
    pub(super) fn needs_a_value(&self) -> Result<(), String> {
        if self.valued { Ok(()) } else { Err(format!("`value` is missing: what `{}` was told", self.f)) }
    }

    /// Refuses it as the answer to something else than was asked.
    pub(super) fn answers_other(&self, asked: &Event) -> Malformed {
        Malformed::new(self.line, format!("{} answers other than was asked in line {}", self.value, asked.line))
    }
}

/// An operation of a history: how it was asked for, and how it ended.
#[derive(Debug)]
pub struct Pair {
    /// How it was asked for.
    pub asked: Event,
    /// How it ended.
    pub end: Ended,
}

/// How an operation ended.
#[derive(Debug)]
pub enum Ended {
    /// It was answered.
    Told(Event),
    /// It did not take place.
    Failed(Event),
    /// Nobody knows: it may take place at any time.
    Open,
}

/// A line that cannot be part of a history, and why.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Malformed {
    /// The line, counted from 1.
    pub line: u32,
    /// Why, in words.
    pub why: String,
}

impl Malformed {
    /// Why this line cannot be.
    pub fn new(line: u32, why: impl Into<String>) -> Self {
        Malformed { line, why: why.into() }
    }
}

/// What a process is doing.
enum Doing {
    Waits(Event),
    /// Nobody knows what became of the operation asked for in this line.
    Lost(u32),
}

/// The operations that events make, in the order of asking.
///
/// # Errors
/// The line that cannot follow those before it.
pub fn pairs(events: Vec<Event>) -> Result<Vec<Pair>, Malformed> {
    let mut doing: Sorted<String, Doing> = Sorted::new();
    let mut pairs = Vec::new();
    for mut event in events {
        let busy = doing.remove(&event.process);
        match (event.kind, busy) {
            (Kind::Invoke, None) => {
                doing.insert(event.process.clone(), Doing::Waits(event));
            }
            (Kind::Invoke, Some(Doing::Waits(asked))) => {
                let (who, line) = (&event.process, asked.line);
                let why =
                    format!("process {who} invokes `{}`, but its operation of line {line} is still open", event.f);
                return Err(Malformed::new(event.line, why));
            }
            (Kind::Invoke, Some(Doing::Lost(line))) => {
                let who = &event.process;
                let why = format!(
                    "process {who} goes on, but its operation of line {line} ended as info and is open for ever: what follows needs another process"
                );
                return Err(Malformed::new(event.line, why));
            }
            (_, Some(Doing::Waits(asked))) if asked.f != event.f => {
                let why = format!(
                    "process {} invoked `{}` in line {}, not `{}`",
                    event.process, asked.f, asked.line, event.f
                );
                return Err(Malformed::new(event.line, why));
            }
            (_, Some(Doing::Waits(asked))) if event.key.is_some() && event.key != asked.key => {
                return Err(event.answers_other(&asked));
            }
            (Kind::Ok, Some(Doing::Waits(asked))) => {
                // What is said of no key is said of the one asked for.
                event.key = asked.key.clone();
                pairs.push(Pair { asked, end: Ended::Told(event) });
            }
            (Kind::Fail, Some(Doing::Waits(asked))) => pairs.push(Pair { asked, end: Ended::Failed(event) }),
            (Kind::Info, Some(Doing::Waits(asked))) => {
                doing.insert(event.process, Doing::Lost(asked.line));
                pairs.push(Pair { asked, end: Ended::Open });
            }
            (_, Some(Doing::Lost(_)) | None) => {
                return Err(Malformed::new(event.line, format!("process {} has no open operation", event.process)));
            }
        }
    }
    let open = doing.into_iter().filter_map(|(_, doing)| match doing {
        Doing::Waits(asked) => Some(Pair { asked, end: Ended::Open }),
        Doing::Lost(_) => None,
    });
    pairs.extend(open);
    order::sort_by_key(&mut pairs, |pair| pair.asked.line);
    Ok(pairs)
}
