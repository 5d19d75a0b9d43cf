//! A store whose replicas may go apart, and may be too few to answer: who reads is told all values of which none has
//! replaced another, and who asks may be told that the outcome is not known.

use super::{Text, key_value::sample_key, word};
use crate::{
    OpId, Service, Sorted,
    service::{Access, Mix},
};
use serde::{Deserialize, Serialize};

/// The values of each key, as one replica alone would have them: the last one written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Store(Sorted<Text, Text>);

/// An operation on one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StoreOp {
    /// Reads all values.
    Get(Text),
    /// Writes a value in place of those that the client has read, or been told since.
    Put(Text, Text),
    /// Deletes the values that the client has read, or been told since.
    Delete(Text),
}

/// What a client is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum StoreRet {
    /// The values that there are now.
    Values(Vec<Text>),
    /// Too few answered in time: a write may have taken effect, may yet, or never.
    Unknown {
        /// How many answered.
        have: u64,
        /// How many were to answer; 0 if the client heard from nobody.
        need: u64,
    },
}

impl StoreOp {
    /// The key.
    pub fn key(&self) -> &Text {
        match self {
            StoreOp::Get(key) | StoreOp::Put(key, _) | StoreOp::Delete(key) => key,
        }
    }

    /// What is written: a value, or, by who deletes, that there is none.
    pub fn written(&self) -> Option<Option<&Text>> {
        match self {
            StoreOp::Get(_) => None,
            StoreOp::Put(_, value) => Some(Some(value)),
            StoreOp::Delete(_) => Some(None),
        }
    }
}

impl Service for Store {
    type Op = StoreOp;
    type Ret = StoreRet;

    fn apply(&mut self, op: &StoreOp) -> StoreRet {
        if let Some(written) = op.written() {
            self.0 = self.0.iter().filter(|(key, _)| *key != op.key()).map(|(k, v)| (k.clone(), v.clone())).collect();
            self.0.extend(written.map(|value| (op.key().clone(), value.clone())));
        }
        StoreRet::Values(self.0.get(op.key()).cloned().into_iter().collect())
    }

    fn promises_an_order() -> bool {
        false
    }

    fn is_read(op: &StoreOp) -> bool {
        matches!(op, StoreOp::Get(_))
    }

    fn part(op: &StoreOp) -> Option<&str> {
        Some(op.key())
    }

    fn says_what_happened(ret: &StoreRet) -> bool {
        matches!(ret, StoreRet::Values(_))
    }

    fn access<'a>(op: &'a StoreOp, told: Option<&'a StoreRet>) -> Option<Access<'a>> {
        match (op, told) {
            (StoreOp::Put(_, value), _) => Some(Access::Write(value)),
            (StoreOp::Get(_), Some(StoreRet::Values(values))) if values.len() < 2 => {
                Some(Access::Read(values.first().map(|value| &**value)))
            }
            _ => None,
        }
    }

    fn written(op: &StoreOp) -> Option<Option<&str>> {
        op.written().map(|value| value.map(|value| &**value))
    }

    fn read_values<'a>(op: &'a StoreOp, told: &'a StoreRet) -> Option<Vec<&'a str>> {
        match told {
            StoreRet::Values(values) if Self::is_read(op) => Some(values.iter().map(|value| &**value).collect()),
            _ => None,
        }
    }

    fn parse(text: &str) -> Result<StoreOp, String> {
        match *text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["get", key] => Ok(StoreOp::Get(word(key)?)),
            ["put", key, value] => Ok(StoreOp::Put(word(key)?, word(value)?)),
            ["delete", key] => Ok(StoreOp::Delete(word(key)?)),
            _ => Err(format!("`{text}` is not an operation: write `put x 3`, `get x` or `delete x`")),
        }
    }

    fn op_words(op: &StoreOp) -> String {
        match op {
            StoreOp::Get(key) => format!("get {key}"),
            StoreOp::Put(key, value) => format!("put {key} {value}"),
            StoreOp::Delete(key) => format!("delete {key}"),
        }
    }

    fn ret_words(ret: &StoreRet) -> String {
        match ret {
            StoreRet::Values(values) if values.is_empty() => "nothing".into(),
            StoreRet::Values(values) => values.join(" | "),
            StoreRet::Unknown { need: 0, .. } => "unknown: no answer".into(),
            StoreRet::Unknown { have, need } => format!("unknown: {have} of {need} answered"),
        }
    }

    fn few(id: OpId) -> Vec<StoreOp> {
        let written = format!("{}.{}", id.client.0, id.serial);
        let mut all = vec![StoreOp::Put("x".into(), written.into()), StoreOp::Get("x".into())];
        // Who has done nothing yet has nothing to delete.
        all.extend((id.serial > 1).then(|| StoreOp::Delete("x".into())));
        all
    }

    fn sample(draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> StoreOp {
        let (read, key, delete) = (draw(100) < mix.reads, sample_key(draw, mix), draw(6) == 0);
        let key: Text = key.into();
        match (read, delete) {
            (true, _) => StoreOp::Get(key),
            (false, true) => StoreOp::Delete(key),
            (false, false) => StoreOp::Put(key, serial.to_string().into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_replica_alone_keeps_the_last_value_until_it_is_deleted() {
        let mut store = Store::default();
        let told = ["get x", "put x a", "put y c", "put x b", "get x", "delete x", "get x", "get y"]
            .map(|text| Store::ret_words(&store.apply(&Store::parse(text).unwrap())));
        assert_eq!(told, ["nothing", "a", "c", "b", "b", "nothing", "nothing", "c"]);
        assert!(Store::parse("del x").unwrap_err().contains("delete x"));
        for op in Store::few(OpId { client: crate::NodeId(3), serial: 2 }) {
            assert_eq!(Store::parse(&Store::op_words(&op)), Ok(op));
        }
    }

    #[test]
    fn an_answer_of_too_few_says_nothing_of_what_happened() {
        let unknown = StoreRet::Unknown { have: 1, need: 2 };
        assert_eq!(Store::ret_words(&unknown), "unknown: 1 of 2 answered");
        assert!(!Store::says_what_happened(&unknown) && Store::says_what_happened(&StoreRet::Values(Vec::new())));
        let read = Store::parse("get x").unwrap();
        let both = StoreRet::Values(vec!["a".into(), "b".into()]);
        assert_eq!(Store::access(&read, Some(&both)), None, "two values at once are no plain read");
        assert_eq!(Store::access(&read, Some(&StoreRet::Values(vec!["a".into()]))), Some(Access::Read(Some("a"))));
    }
}
