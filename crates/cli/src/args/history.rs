//! The command line of `lightcone history`.

use super::{HELP, number};
use crate::{
    Failure,
    history::{By, Format, Keys, Model},
};
use lexopt::{Arg, Parser, ValueExt};
use lightcone_check::transactions::Level;

/// What to judge, and how.
pub struct HistoryOptions {
    /// The file.
    pub file: String,
    /// What it is a history of.
    pub model: Model,
    /// How it is written.
    pub format: Format,
    /// By what it is judged.
    pub by: By,
    /// How many steps a judge may take.
    pub steps: u64,
}

/// So far a judge of histories goes if nothing is said.
const STEPS: u64 = 100_000_000;

/// Reads what follows `history`.
pub fn parse(parser: &mut Parser) -> Result<HistoryOptions, Failure> {
    let (mut file, mut model, mut format) = (None, None, None);
    let (mut by, mut steps) = (None, STEPS);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(given) if file.is_none() => file = Some(given.string()?),
            Arg::Long("model") => model = Some(model_of(&parser.value()?.string()?)?),
            Arg::Long("format") => format = Some(writing_of(&parser.value()?.string()?)?),
            Arg::Long("by") => by = Some(by_of(&parser.value()?.string()?)?),
            Arg::Long("steps") => steps = number("--steps", &parser.value()?.string()?)?,
            other => return Err(other.unexpected().into()),
        }
    }
    let file = file.ok_or_else(|| Failure::Input(format!("judge which file?\n\n{HELP}")))?;
    let model = model.ok_or_else(|| {
        Failure::Input("--model: say register, kv, queue, set, lock, list-append or rw-register".into())
    })?;
    let by_name = || if file.ends_with(".jsonl") { Format::JsonLines } else { Format::Jepsen };
    let by = by.unwrap_or(match model {
        Model::Transactions(_) => By::Level(Level::Serializability),
        _ => By::Linearizability,
    });
    Ok(HistoryOptions { format: format.unwrap_or_else(by_name), file, model, by, steps })
}

fn model_of(text: &str) -> Result<Model, Failure> {
    match text {
        "register" | "kv" => Ok(Model::KeyValue),
        "queue" => Ok(Model::Queue),
        "set" => Ok(Model::Set),
        "lock" => Ok(Model::Lock),
        "list-append" => Ok(Model::Transactions(Keys::Lists)),
        "rw-register" => Ok(Model::Transactions(Keys::Registers)),
        other => Err(Failure::Input(format!(
            "--model: `{other}` is not register, kv, queue, set, lock, list-append or rw-register"
        ))),
    }
}

fn writing_of(text: &str) -> Result<Format, Failure> {
    match text {
        "jepsen" => Ok(Format::Jepsen),
        "jsonl" => Ok(Format::JsonLines),
        other => Err(Failure::Input(format!("--format: `{other}` is neither jepsen nor jsonl"))),
    }
}

fn by_of(text: &str) -> Result<By, Failure> {
    By::named(text).ok_or_else(|| Failure::Input(format!("--by: `{text}` is no model of consistency\n\n{HELP}")))
}
