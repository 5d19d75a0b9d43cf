//! Histories of transactions: `[[:append x 3] [:r y [1 2]]]` for lists, `[[:w x 3] [:r y nil]]` for registers.

use super::{Ended, Event, Malformed, Pair, moment, refuse_lookalikes, text};
use lightcone_check::transactions::{End, Micro, Seen, Transaction};
use lightcone_core::Sorted;
use serde_json::Value;
use std::rc::Rc;

/// What the keys of transactions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Lists that are appended to.
    Lists,
    /// Registers that are written.
    Registers,
    /// Some are lists and some registers.
    Either,
}

/// The transactions of a history.
///
/// # Errors
/// The line that is no transaction on such keys.
pub fn transactions(pairs: &[Pair], keys: Keys) -> Result<Vec<Transaction>, Malformed> {
    refuse_lookalikes(pairs)?;
    let mut processes: Sorted<&str, u64> = Sorted::new();
    let transaction = |pair: &'_ Pair, process: u64| -> Result<Transaction, Malformed> {
        let (event, end) = match &pair.end {
            Ended::Told(told) => (told, End::Committed(moment(told))),
            Ended::Failed(failed) => (&pair.asked, End::Aborted(moment(failed))),
            Ended::Open => (&pair.asked, End::Unknown),
        };
        let steps = |event: &Event| steps(event, keys).map_err(|why| Malformed::new(event.line, why));
        let ops = steps(event)?;
        if event.is_answer() && !same(&ops, &steps(&pair.asked)?) {
            return Err(event.answers_other(&pair.asked));
        }
        Ok(Transaction { process, asked: moment(&pair.asked), end, ops })
    };
    let mut all = Vec::new();
    for pair in pairs {
        let next = processes.len() as u64;
        all.push(transaction(pair, *processes.get_or_insert_with(&pair.asked.process, || next))?);
    }
    Ok(all)
}

/// Whether steps are the same, whatever they read.
fn same(told: &[Micro], asked: &[Micro]) -> bool {
    let is_same = |(told, asked): (&Micro, &Micro)| match (told, asked) {
        (Micro::Read { key, .. }, Micro::Read { key: asked, .. }) => key == asked,
        _ => told == asked,
    };
    told.len() == asked.len() && told.iter().zip(asked).all(is_same)
}

/// What a transaction did. What it read is known only if it was answered.
fn steps(event: &Event, keys: Keys) -> Result<Vec<Micro>, String> {
    let wrong = || format!("{} is no list of steps such as [:append x 3] or [:r x nil]", event.value);
    event.value.as_array().ok_or_else(wrong)?.iter().map(|step| micro(step, keys, event)).collect()
}

fn micro(step: &Value, keys: Keys, event: &Event) -> Result<Micro, String> {
    let Some([Value::String(what), key, value]) = step.as_array().map(Vec::as_slice) else {
        return Err(format!("{step} is no step such as [:append x 3] or [:r x nil]"));
    };
    let key: Rc<str> = text(key)?;
    match (what.as_str(), keys) {
        ("append", Keys::Lists | Keys::Either) => Ok(Micro::Append { key, value: text(value)? }),
        ("w", Keys::Registers | Keys::Either) => Ok(Micro::Write { key, value: text(value)? }),
        ("r", Keys::Lists) if event.is_answer() && !(value.is_array() || value.is_null()) => {
            Err(format!("{value} is no list"))
        }
        ("r", Keys::Registers) if event.is_answer() && value.as_array().is_some_and(|all| !all.is_empty()) => {
            Err(format!("{value} is no value of a register"))
        }
        ("r", _) if event.is_answer() => Ok(Micro::Read { key, seen: seen(value)? }),
        ("r", _) => Ok(Micro::Read { key, seen: Seen::Untold }),
        (other, Keys::Either) => Err(format!("`{other}` is no step, which are `append`, `w` and `r`")),
        (other, Keys::Lists) => Err(format!("`{other}` is no step on lists, which are `append` and `r`")),
        (other, Keys::Registers) => Err(format!("`{other}` is no step on registers, which are `w` and `r`")),
    }
}

fn seen(value: &Value) -> Result<Seen, String> {
    match value {
        Value::Null => Ok(Seen::Nothing),
        Value::Array(all) if all.is_empty() => Ok(Seen::Nothing),
        Value::Array(all) => Ok(Seen::List(all.iter().map(text).collect::<Result<_, _>>()?)),
        other => text(other).map(Seen::Value),
    }
}
