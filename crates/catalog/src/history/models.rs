//! What the functions and values of a history mean for each model.

use super::{Ended, Event, Malformed, Pair, refuse_lookalikes};
use lightcone_check::{Moment, Operation};
use lightcone_core::{
    Micros, NodeKind, NodeSpec, Service, Sorted, order,
    services::{KeyValue, KvOp, KvRet, Lock, LockOp, LockRet, Queue, QueueOp, QueueRet, Set, SetOp, SetRet, Text},
};
use serde_json::{Number, Value};

/// The answer to a comparison that failed, for which `false` stands, too.
pub(super) const DIFFERS: &str = "differs";

/// A service that a history can be of.
pub trait Readable: Service {
    /// The functions that it knows.
    const FUNCTIONS: &'static str;

    /// What was asked for; none if it knows no such function.
    ///
    /// # Errors
    /// Why its value cannot be.
    fn asked(event: &Event) -> Result<Option<Self::Op>, String>;

    /// What was answered; none if it answers something else.
    ///
    /// # Errors
    /// Why its value cannot be.
    fn told(asked: &Self::Op, event: &Event) -> Result<Option<Self::Ret>, String>;
}

/// An answer that repeats what was asked, as most do, or leaves it out.
fn repeated<S: Readable>(asked: &S::Op, event: &Event, ret: S::Ret) -> Result<Option<S::Ret>, String> {
    let is_same = event.value.is_null() || S::asked(event)?.as_ref() == Some(asked);
    Ok(is_same.then_some(ret))
}

/// The operations of a history, and the names of their processes. What failed did not take place and is left out.
///
/// # Errors
/// The line that means nothing for this model.
pub fn operations<S: Readable>(pairs: &[Pair]) -> Result<(Vec<Operation<S>>, Vec<NodeSpec>), Malformed> {
    let mut clients: Sorted<&str, u32> = Sorted::new();
    let mut specs = Vec::new();
    let mut operations = Vec::new();
    refuse_lookalikes(pairs)?;
    for pair in pairs {
        let client = *clients.get_or_insert_with(&pair.asked.process, || {
            let name = format!("process {}", pair.asked.process);
            specs.push(NodeSpec { name, kind: NodeKind::Client, late: false });
            specs.len() as u32 - 1
        });
        let wrong = |event: &Event| {
            let line = event.line;
            move |why: String| Malformed { line, why }
        };
        let known = S::asked(&pair.asked).map_err(wrong(&pair.asked))?;
        let op = known.ok_or_else(|| {
            let why = format!("`{}` is no function of this model, which knows {}", pair.asked.f, S::FUNCTIONS);
            Malformed::new(pair.asked.line, why)
        })?;
        let told = match &pair.end {
            Ended::Told(told) => {
                let ret = S::told(&op, told).map_err(wrong(told))?;
                Some((moment(told), ret.ok_or_else(|| told.answers_other(&pair.asked))?))
            }
            Ended::Failed(_) => continue,
            Ended::Open => None,
        };
        operations.push(Operation { client, asked: moment(&pair.asked), told, op });
    }
    Ok((operations, specs))
}

/// A moment of a history is the place of its event; people are told its line.
pub fn moment(event: &Event) -> Moment {
    Moment { event: event.place, at: Micros(event.line.into()) }
}

/// A value as a text.
///
/// # Errors
/// That it is a list, an object or nothing.
pub fn text(value: &Value) -> Result<Text, String> {
    match value {
        Value::String(text) => Ok(text.as_str().into()),
        Value::Number(number) => Ok(number_text(number)?.into()),
        Value::Bool(_) => Ok(value.to_string().into()),
        Value::Null => Err("null is no plain value (or there is no value)".into()),
        other => Err(format!("{other} is no plain value")),
    }
}

/// From here on not every whole number has a float of its own.
const COARSE: f64 = 9_007_199_254_740_992.0;

/// A number as a text, alike however it was written: 1000, 1000.0 and 1e3.
fn number_text(number: &Number) -> Result<String, String> {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(float) if float.abs() >= COARSE => {
            Err(format!("{number} has too many digits to be told from other numbers: write it as a text"))
        }
        Some(float) if float.fract() == 0.0 => Ok((float as i64).to_string()),
        _ => Ok(number.to_string()),
    }
}

/// A value that may be nothing.
fn maybe(value: &Value) -> Result<Option<Text>, String> {
    if value.is_null() { Ok(None) } else { text(value).map(Some) }
}

/// The key of an operation on a map, and its value: beside each other, or as a pair in place of the value. Without a key it
/// is one register.
fn keyed(event: &Event, is_pair: bool) -> Result<(Text, &Value), String> {
    match (&event.key, &event.value) {
        (Some(key), value) => Ok((text(key)?, value)),
        (None, Value::Array(both)) if is_pair => match both.as_slice() {
            [key, value] => Ok((text(key)?, value)),
            _ => Err(format!("{} is not a key and a value", event.value)),
        },
        (None, value) => Ok(("register".into(), value)),
    }
}

/// Whether an answer says that a comparison failed.
fn differs(event: &Event, key: &str) -> bool {
    let value = match (&event.key, event.value.as_array().map(Vec::as_slice)) {
        (None, Some([told, value])) if text(told).is_ok_and(|told| *told == *key) => value,
        _ => &event.value,
    };
    *value == false || value == DIFFERS
}

/// The value of an operation without a key.
fn unkeyed(event: &Event) -> Result<&Value, String> {
    let no_keys = "this model has no keys: judge the operations on each key by themselves";
    match (&event.key, &event.value) {
        (Some(key), _) if !key.is_null() => Err(format!("the key {key} means nothing: {no_keys}")),
        (_, value @ Value::Array(_)) => Err(format!("{value} is no plain value, and {no_keys}")),
        (_, value) => Ok(value),
    }
}

impl Readable for KeyValue {
    const FUNCTIONS: &'static str = "read (or get), write (or put), append and cas";

    fn asked(event: &Event) -> Result<Option<KvOp>, String> {
        Ok(Some(match event.f.as_str() {
            "read" | "get" => KvOp::Get(keyed(event, true)?.0),
            "write" | "put" => {
                let (key, value) = keyed(event, true)?;
                KvOp::Put(key, text(value)?)
            }
            "append" => {
                let (key, value) = keyed(event, true)?;
                KvOp::Append(key, text(value)?)
            }
            "cas" => {
                // [old new] by itself, or [key [old new]].
                let is_nested = event.value.get(1).is_some_and(Value::is_array);
                let (key, value) = keyed(event, is_nested)?;
                match value.as_array().map(Vec::as_slice) {
                    Some([old, new]) => KvOp::Cas(key, text(old)?, text(new)?),
                    _ => return Err(format!("cas needs the old and the new value, not {value}")),
                }
            }
            _ => return Ok(None),
        }))
    }

    fn told(asked: &KvOp, event: &Event) -> Result<Option<KvRet>, String> {
        match asked {
            KvOp::Get(key) => {
                let (told, value) = keyed(event, true)?;
                let is_same = told == *key || event.value.is_null();
                event.needs_a_value()?;
                Ok(is_same.then_some(KvRet::Value(maybe(value)?)))
            }
            KvOp::Cas(key, ..) if differs(event, key) => Ok(Some(KvRet::Differs)),
            KvOp::Put(..) | KvOp::Append(..) | KvOp::Cas(..) => repeated::<KeyValue>(asked, event, KvRet::Done),
        }
    }
}

impl Readable for Queue {
    const FUNCTIONS: &'static str = "enqueue and dequeue";

    fn asked(event: &Event) -> Result<Option<QueueOp>, String> {
        Ok(Some(match event.f.as_str() {
            "enqueue" => QueueOp::Enqueue(text(unkeyed(event)?)?),
            "dequeue" => unkeyed(event).map(|_| QueueOp::Dequeue)?,
            _ => return Ok(None),
        }))
    }

    fn told(asked: &QueueOp, event: &Event) -> Result<Option<QueueRet>, String> {
        match asked {
            QueueOp::Enqueue(_) => repeated::<Queue>(asked, event, QueueRet::Done),
            QueueOp::Dequeue => {
                event.needs_a_value()?;
                Ok(Some(QueueRet::Taken(maybe(unkeyed(event)?)?)))
            }
        }
    }
}

impl Readable for Set {
    const FUNCTIONS: &'static str = "add, remove, contains and read";

    fn asked(event: &Event) -> Result<Option<SetOp>, String> {
        Ok(Some(match event.f.as_str() {
            "add" => SetOp::Add(text(unkeyed(event)?)?),
            "remove" => SetOp::Remove(text(unkeyed(event)?)?),
            "contains" => SetOp::Contains(text(unkeyed(event)?)?),
            "read" => unkeyed(event).map(|_| SetOp::Read)?,
            _ => return Ok(None),
        }))
    }

    fn told(asked: &SetOp, event: &Event) -> Result<Option<SetRet>, String> {
        match (asked, &event.value) {
            (SetOp::Add(_) | SetOp::Remove(_), _) => repeated::<Set>(asked, event, SetRet::Done),
            (SetOp::Contains(_), Value::Bool(there)) => Ok(Some(SetRet::There(*there))),
            (SetOp::Contains(_), other) => Err(format!("contains answers true or false, not {other}")),
            (SetOp::Read, Value::Array(all)) => {
                let mut all = all.iter().map(text).collect::<Result<Vec<Text>, String>>()?;
                order::sort(&mut all);
                Ok(Some(SetRet::Elements(all)))
            }
            (SetOp::Read, Value::Null) if event.valued => Ok(Some(SetRet::Elements(Vec::new()))),
            (SetOp::Read, other) => Err(format!("read answers all elements, not {other}")),
        }
    }
}

impl Readable for Lock {
    const FUNCTIONS: &'static str = "acquire and release";

    fn asked(event: &Event) -> Result<Option<LockOp>, String> {
        let holder: Text = event.process.as_str().into();
        unkeyed(event)?;
        Ok(Some(match event.f.as_str() {
            "acquire" => LockOp::Acquire(holder),
            "release" => LockOp::Release(holder),
            _ => return Ok(None),
        }))
    }

    fn told(_: &LockOp, event: &Event) -> Result<Option<LockRet>, String> {
        if event.value == false {
            return Err("false is no `ok`: what was refused did not take place, and its type is `fail`".into());
        }
        Ok(Some(LockRet::Done))
    }
}
