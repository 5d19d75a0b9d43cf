//! The key-value service: put, get, append, compare-and-set.

use crate::{Service, service::Mix};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// A short text whose clones share memory.
pub type Text = Arc<str>;

/// A map from keys to values; a key that was never written has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyValue(BTreeMap<Text, Text>);

/// An operation on one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KvOp {
    /// Reads the value.
    Get(Text),
    /// Writes the value.
    Put(Text, Text),
    /// Writes the old value followed by this one. Applying it twice shows.
    Append(Text, Text),
    /// Writes the last value if the present one equals the first.
    Cas(Text, Text, Text),
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KvRet {
    /// The write took place.
    Done,
    /// The value read; none if the key was never written.
    Value(Option<Text>),
    /// Compare-and-set found another value and wrote nothing.
    Differs,
}

impl KeyValue {
    /// The pairs, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (&**k, &**v))
    }
}

impl KvOp {
    fn key(&self) -> &Text {
        match self {
            KvOp::Get(key) | KvOp::Put(key, _) | KvOp::Append(key, _) | KvOp::Cas(key, _, _) => key,
        }
    }
}

impl Service for KeyValue {
    type Op = KvOp;
    type Ret = KvRet;

    fn apply(&mut self, op: &KvOp) -> KvRet {
        match op {
            KvOp::Get(key) => KvRet::Value(self.0.get(key).cloned()),
            KvOp::Put(key, value) => {
                self.0.insert(key.clone(), value.clone());
                KvRet::Done
            }
            KvOp::Append(key, value) => {
                let old = self.0.get(key).map_or("", |old| &**old);
                let new = format!("{old}{value}").into();
                self.0.insert(key.clone(), new);
                KvRet::Done
            }
            KvOp::Cas(key, expected, new) if self.0.get(key) == Some(expected) => {
                self.0.insert(key.clone(), new.clone());
                KvRet::Done
            }
            KvOp::Cas(..) => KvRet::Differs,
        }
    }

    fn is_read(op: &KvOp) -> bool {
        matches!(op, KvOp::Get(_))
    }

    fn part(op: &KvOp) -> Option<&str> {
        Some(op.key())
    }

    fn parse(text: &str) -> Result<KvOp, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        if let Some(long) = words.iter().find(|word| word.chars().count() > 64) {
            return Err(format!("`{}…` is too long: keys and values have at most 64 characters", &first(long, 16)));
        }
        match *words.as_slice() {
            ["get", key] => Ok(KvOp::Get(key.into())),
            ["put", key, value] => Ok(KvOp::Put(key.into(), value.into())),
            ["append", key, value] => Ok(KvOp::Append(key.into(), value.into())),
            ["cas", key, expected, new] => Ok(KvOp::Cas(key.into(), expected.into(), new.into())),
            _ => Err(format!("`{text}` is not an operation: write `put x 3`, `get x`, `append x 3` or `cas x 3 4`")),
        }
    }

    fn op_words(op: &KvOp) -> String {
        match op {
            KvOp::Get(key) => format!("get {key}"),
            KvOp::Put(key, value) => format!("put {key} {value}"),
            KvOp::Append(key, value) => format!("append {key} {value}"),
            KvOp::Cas(key, expected, new) => format!("cas {key} {expected} {new}"),
        }
    }

    fn ret_words(ret: &KvRet) -> String {
        match ret {
            KvRet::Done => "ok".into(),
            KvRet::Value(Some(value)) => value.to_string(),
            KvRet::Value(None) => "nothing".into(),
            KvRet::Differs => "differs".into(),
        }
    }

    fn sample(draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> KvOp {
        const NAMES: [&str; 8] = ["x", "y", "z", "u", "v", "w", "p", "q"];
        let key: Text = NAMES[draw(mix.keys.clamp(1, 8)) as usize].into();
        if draw(100) < mix.reads {
            KvOp::Get(key)
        } else if draw(3) == 0 {
            KvOp::Append(key, serial.to_string().into())
        } else {
            KvOp::Put(key, serial.to_string().into())
        }
    }
}

fn first(text: &str, n: usize) -> String {
    text.chars().take(n).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_read_back_from_their_words() {
        for text in ["get x", "put x 3", "append log a", "cas x 3 4"] {
            assert_eq!(KeyValue::op_words(&KeyValue::parse(text).unwrap()), text);
        }
        assert!(KeyValue::parse("delete x").unwrap_err().contains("put x 3"));
        assert!(KeyValue::parse(&format!("get {}", "é".repeat(65))).unwrap_err().contains("64"));
    }

    #[test]
    fn append_shows_how_often_it_was_applied() {
        let mut store = KeyValue::default();
        let op = KvOp::Append("x".into(), "a".into());
        assert_eq!((store.apply(&op), store.apply(&op)), (KvRet::Done, KvRet::Done));
        assert_eq!(store.apply(&KvOp::Get("x".into())), KvRet::Value(Some("aa".into())));
        assert_eq!(store.apply(&KvOp::Cas("x".into(), "a".into(), "b".into())), KvRet::Differs);
    }
}
