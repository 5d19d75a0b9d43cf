//! Transactions as somebody writes them: `append x 1; read y`, answered by what each read saw: `1 2`, or `nothing`.

use super::drawn::{NOTHING, plain, told, told_all};
use crate::sketch::Act;
use serde_json::{Value, json};

/// What a transaction without reads is answered.
const DONE: &str = "ok";

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(';').map(str::trim)
}

/// The objects that some transaction writes as a register; all others are lists.
pub(super) fn registers(acts: &[Act]) -> Vec<String> {
    let steps = acts.iter().flat_map(|act| parts(&act.words));
    let key =
        |step: &str| step.strip_prefix("write ").and_then(|rest| rest.split_whitespace().next()).map(String::from);
    steps.filter_map(key).collect()
}

/// A transaction as it is asked: what it reads is not known yet.
pub(super) fn asked(words: &str) -> Result<Value, String> {
    let step = |step: &str| match *step.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["append", key, value] => Ok(json!(["append", key, value])),
        ["write", key, value] => Ok(json!(["w", key, value])),
        ["read", key] => Ok(json!(["r", key, null])),
        _ => Err(format!("`{step}` is no step: write `append x 1`, `write x 1` or `read x`, and `;` between steps")),
    };
    parts(words).map(step).collect()
}

/// A transaction as it is answered.
pub(super) fn answered(mut asked: Value, answer: &str, registers: &[String]) -> Result<Value, String> {
    let steps = asked.as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
    let reads = steps.iter().filter(|step| step[0] == "r").count();
    let told: Vec<&str> = if reads == 0 { Vec::new() } else { parts(answer).collect() };
    if reads == 0 && answer != DONE {
        return Err(format!("without a read it is answered `{DONE}`, not `{answer}`"));
    }
    if told.len() != reads {
        return Err(format!(
            "it has {reads} reads, and {} answers: write what each read saw, such as `1 2; {NOTHING}`",
            told.len()
        ));
    }
    for (step, told) in steps.iter_mut().filter(|step| step[0] == "r").zip(told) {
        let is_register = registers.iter().any(|register| step[1] == **register);
        step[2] = match told {
            "" => return Err(format!("what a read saw is missing: a value, or `{NOTHING}`")),
            NOTHING => Value::Null,
            value if is_register => value.into(),
            values => values.split_whitespace().collect(),
        };
    }
    Ok(asked)
}

/// A transaction of a file, as a person writes it.
pub(super) fn words(value: &Value) -> Result<String, String> {
    let wrong = || format!("{value} is no list of steps such as [\"append\", \"x\", 3] or [\"r\", \"x\", null]");
    let step = |step: &Value| {
        let plain = |place: usize| step.get(place).ok_or_else(wrong).and_then(plain);
        let key = plain(1)?;
        match &*plain(0)? {
            "append" => Ok(format!("append {key} {}", plain(2)?)),
            "w" => Ok(format!("write {key} {}", plain(2)?)),
            "r" => Ok(format!("read {key}")),
            _ => Err(wrong()),
        }
    };
    let steps: Vec<String> = value.as_array().ok_or_else(wrong)?.iter().map(step).collect::<Result<_, _>>()?;
    if steps.is_empty() { Err(wrong()) } else { Ok(steps.join("; ")) }
}

/// Refuses the answer to other steps than these.
pub(super) fn same(told: &Value, asked: &str) -> Result<(), String> {
    if words(told)? == asked { Ok(()) } else { Err(format!("{told} answers other steps than were asked")) }
}

/// What its reads saw, as a person writes it. Lists and values look alike there, and what is written to an object tells
/// which it is.
pub(super) fn answer(value: &Value, registers: &[String]) -> Result<String, String> {
    let seen = |step: &Value| {
        let is_register = step.get(1).is_some_and(|key| plain(key).is_ok_and(|key| registers.contains(&key)));
        match step.get(2) {
            Some(Value::Null) | None => Ok(NOTHING.into()),
            Some(Value::Array(all)) if all.is_empty() || !is_register => told_all(all),
            Some(value) if is_register => told(value),
            Some(value) => Err(format!("{value} cannot be drawn: nothing writes {} as a register", step[1])),
        }
    };
    let steps = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let reads = steps.iter().filter(|step| step.get(0).is_some_and(|what| what == "r"));
    let reads = reads.map(seen).collect::<Result<Vec<String>, String>>()?;
    Ok(if reads.is_empty() { DONE.into() } else { reads.join("; ") })
}
