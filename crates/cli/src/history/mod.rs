//! `lightcone history`: judges a history that another program made.

mod edn;
mod read;
mod transactions;

use crate::{Failure, args::HistoryOptions};
use lightcone_catalog::explore::words::plural;
pub use lightcone_catalog::history::Keys;
use lightcone_catalog::history::{Malformed, Pair, Readable, operations, pairs, transactions as read_transactions};
use lightcone_check::{
    Anomaly, Linearity, Operation,
    linear::{self, Open, Together},
    sequential::{self, Sequential},
    transactions::Level,
    visibility::{self, Finding, Model::CausalMemory, Pattern},
};
use lightcone_core::{
    NodeSpec, Service,
    services::{KeyValue, Lock, Queue, Set},
};
pub use read::Format;
use std::io::Write;

/// What a history can be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// A register, or one for each key.
    KeyValue,
    /// A queue.
    Queue,
    /// A set.
    Set,
    /// A lock.
    Lock,
    /// Transactions.
    Transactions(Keys),
}

/// By what a history is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Linearizability.
    Linearizability,
    /// Sequential consistency.
    Sequential,
    /// What reads know of writes.
    Visibility(visibility::Model),
    /// A level of isolation.
    Level(Level),
}

impl By {
    /// What it can be called on the command line, with what it is.
    pub fn named(name: &str) -> Option<By> {
        match name {
            "linearizable" => Some(By::Linearizability),
            "sequential" => Some(By::Sequential),
            _ => {
                let of = |model: &visibility::Model| model.name().replace(' ', "-") == name;
                let visibility = visibility::Model::ALL.into_iter().find(of).map(By::Visibility);
                visibility.or_else(|| transactions::level(name).map(By::Level))
            }
        }
    }
}

/// How many operations of an order are shown.
const SHOWN: usize = 12;

/// In so many steps at most it is found out which operations an anomaly needs.
const TO_LEAVE_OUT: u64 = 2_000_000;

/// Judges a history. True if it is not as it should be.
pub fn history(options: &HistoryOptions, out: &mut dyn Write) -> Result<bool, Failure> {
    let bytes = std::fs::read(&options.file).map_err(|wrong| Failure::Input(format!("{}: {wrong}", options.file)))?;
    let text = read::text(&bytes).map_err(|wrong| refused(options, &wrong))?;
    let events = read::events(text, options.format).map_err(|wrong| refused(options, &wrong))?;
    if events.is_empty() {
        return Err(Failure::Input(format!("{}: no line is an event of a client", options.file)));
    }
    let pairs = pairs(events).map_err(|wrong| refused(options, &wrong))?;
    match options.model {
        Model::Transactions(keys) => isolated(options, keys, &pairs, out),
        Model::KeyValue => judged::<KeyValue>(options, &pairs, out),
        Model::Queue => judged::<Queue>(options, &pairs, out),
        Model::Set => judged::<Set>(options, &pairs, out),
        Model::Lock => judged::<Lock>(options, &pairs, out),
    }
}

/// Judges transactions.
fn isolated(options: &HistoryOptions, keys: Keys, pairs: &[Pair], out: &mut dyn Write) -> Result<bool, Failure> {
    let By::Level(level) = options.by else { return Err(unfit(options)) };
    let history = read_transactions(pairs, keys).map_err(|wrong| refused(options, &wrong))?;
    Ok(transactions::tell(&lightcone_check::transactions::judge(&history), level, &history, out)?)
}

fn unfit(options: &HistoryOptions) -> Failure {
    let what = if matches!(options.model, Model::Transactions(_)) { "transactions" } else { "single operations" };
    Failure::Input(format!("--by: {} is not for {what}", options.by.words()))
}

fn refused(options: &HistoryOptions, wrong: &Malformed) -> Failure {
    Failure::Input(format!("{}: {wrong}", options.file))
}

fn judged<S: Readable>(options: &HistoryOptions, pairs: &[Pair], out: &mut dyn Write) -> Result<bool, Failure> {
    let (operations, specs) = operations::<S>(pairs).map_err(|wrong| refused(options, &wrong))?;
    let undecided = || {
        let (steps, count) = (options.steps, operations.len());
        Failure::Input(format!("{}: undecided: {count} operations took more than {steps} steps", options.file))
    };
    let wrong = match options.by {
        By::Linearizability => match linear::check(&operations, options.steps) {
            Linearity::Holds => None,
            Linearity::Undecided => {
                let open = open_words(&linear::open(&operations, options.steps), options.steps);
                return Err(Failure::Input(format!("{}: undecided: {open}", options.file)));
            }
            Linearity::Broken(anomaly) => {
                let witness = linear::witness(&operations, &anomaly, options.steps.min(TO_LEAVE_OUT));
                Some(anomaly_words(&anomaly, &witness, &specs))
            }
        },
        By::Sequential => match sequential::check(&operations, options.steps) {
            Sequential::Holds => None,
            // Sequential consistency promises causal memory, too, whose judge takes fewer steps.
            Sequential::Undecided => match visibility::check(&operations, CausalMemory, options.steps) {
                Ok(Finding::Broken(pattern)) => {
                    Some(format!("not even {}: {}", CausalMemory.name(), pattern_words(&pattern, &operations, &specs)))
                }
                _ => return Err(undecided()),
            },
            Sequential::Broken(blocked) => {
                let witness = witness_words(&sequential::witness(&operations, options.steps), &specs);
                Some(format!("{}\n{}{witness}", blocked.words(&specs), lines(&blocked.order, &specs)))
            }
        },
        By::Level(_) => return Err(unfit(options)),
        By::Visibility(model) => match visibility::check(&operations, model, options.steps) {
            Err(unfit) => return Err(Failure::Input(format!("{}: {unfit}", options.file))),
            Ok(Finding::Holds) => None,
            Ok(Finding::Undecided) => return Err(undecided()),
            Ok(Finding::Hidden) => {
                let words = "cannot be told: only monotonic reads would show it, and they are broken";
                return Err(Failure::Input(format!("{}: {} {words}", options.file, model.name())));
            }
            Ok(Finding::Broken(pattern)) => Some(pattern_words(&pattern, &operations, &specs)),
        },
    };
    let name = options.by.words();
    match &wrong {
        None => writeln!(out, "{name}: {} operations of {} processes", operations.len(), specs.len())?,
        Some(words) => write!(out, "not {name}\n{words}")?,
    }
    Ok(wrong.is_some())
}

impl By {
    /// What a history is that keeps to it.
    fn words(self) -> &'static str {
        match self {
            By::Linearizability => "linearizable",
            By::Sequential => "sequentially consistent",
            By::Visibility(model) => model.name(),
            By::Level(level) => level.name(),
        }
    }
}

/// The operations that have no order, and the longest order there is.
fn anomaly_words<S: Service>(anomaly: &Anomaly<S>, witness: &Together<S>, specs: &[NodeSpec]) -> String {
    let when = format!("line {}", anomaly.at.at.0);
    let together = witness_words(&witness.operations, specs);
    let rest = if witness.least { "" } else { "to find out whether all of them are needed took too many steps\n" };
    format!("{}\n{}{together}{rest}", anomaly.words_at(&when, specs), lines(&anomaly.order, specs))
}

fn witness_words<S: Service>(witness: &[Operation<S>], specs: &[NodeSpec]) -> String {
    format!("no order explains these together:\n{}", lines(witness, specs))
}

/// What was decided of a history that is not, and what was not.
fn open_words((open, parts): &(Vec<Open>, usize), steps: u64) -> String {
    let one = |open: &Open| {
        let what = open.part.as_ref().map_or(String::new(), |part| format!(" on {part}"));
        let (answers, which) = (plural(open.answers as u64, "answer"), |count| match count {
            1 => "the first has".into(),
            _ => format!("the first {count} have"),
        });
        let until = open.ordered.as_ref();
        let until =
            until.map(|(count, last)| format!(", of which {} an order, until line {}", which(*count), last.at.0));
        format!("{answers}{what}{}", until.unwrap_or_default())
    };
    let rest = match parts - open.len() {
        0 => String::new(),
        1 => "; the other key is linearizable".into(),
        more => format!("; the {more} other keys are linearizable"),
    };
    let open: Vec<String> = open.iter().map(one).collect();
    format!("more than {} for {}{rest}", plural(steps, "step"), open.join(" and "))
}

/// What is seen that must not be, and of which operations.
fn pattern_words<S: Service>(pattern: &Pattern, operations: &[Operation<S>], specs: &[NodeSpec]) -> String {
    let about: Vec<Operation<S>> = pattern.operations().iter().map(|op| operations[*op].clone()).collect();
    format!("{}\n{}", pattern.words(operations, specs), lines(&about, specs))
}

/// Operations with their lines, one below the other; of a long order the end.
fn lines<S: Service>(order: &[Operation<S>], specs: &[NodeSpec]) -> String {
    let mut words = String::new();
    if order.len() > SHOWN {
        words.push_str(&format!("  … {} before these\n", order.len() - SHOWN));
    }
    for op in &order[order.len().saturating_sub(SHOWN)..] {
        let told = op.told.as_ref().map_or("open".into(), |(told, _)| told.at.0.to_string());
        words.push_str(&format!("  {:>6} to {told:<6} {}\n", op.asked.at.0, op.words(specs)));
    }
    words
}
