//! A store whose replicas may go apart: who reads is told all values of which none has replaced another.

use super::{Text, key_value::sample_key, word};
use crate::{OpId, Service, Sorted, service::Mix};
use serde::{Deserialize, Serialize};

/// The values of each key, as one replica alone would have them: the last one written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Versioned(Sorted<Text, Text>);

/// An operation on one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum VersionedOp {
    /// Reads all values.
    Get(Text),
    /// Writes a value in place of those that the client has read, or been told since.
    Put(Text, Text),
}

/// The values that there are now.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Values(pub Vec<Text>);

impl VersionedOp {
    /// The key.
    pub fn key(&self) -> &Text {
        match self {
            VersionedOp::Get(key) | VersionedOp::Put(key, _) => key,
        }
    }
}

impl Service for Versioned {
    type Op = VersionedOp;
    type Ret = Values;

    fn apply(&mut self, op: &VersionedOp) -> Values {
        if let VersionedOp::Put(key, value) = op {
            self.0.insert(key.clone(), value.clone());
        }
        Values(self.0.get(op.key()).cloned().into_iter().collect())
    }

    fn promises_an_order() -> bool {
        false
    }

    fn is_read(op: &VersionedOp) -> bool {
        matches!(op, VersionedOp::Get(_))
    }

    fn part(op: &VersionedOp) -> Option<&str> {
        Some(op.key())
    }

    fn written(op: &VersionedOp) -> Option<Option<&str>> {
        match op {
            VersionedOp::Put(_, value) => Some(Some(value)),
            VersionedOp::Get(_) => None,
        }
    }

    fn read_values<'a>(op: &'a VersionedOp, Values(values): &'a Values) -> Option<Vec<&'a str>> {
        Self::is_read(op).then(|| values.iter().map(|value| &**value).collect())
    }

    fn parse(text: &str) -> Result<VersionedOp, String> {
        match *text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["get", key] => Ok(VersionedOp::Get(word(key)?)),
            ["put", key, value] => Ok(VersionedOp::Put(word(key)?, word(value)?)),
            _ => Err(format!("`{text}` is not an operation: write `put x 3` or `get x`")),
        }
    }

    fn op_words(op: &VersionedOp) -> String {
        match op {
            VersionedOp::Get(key) => format!("get {key}"),
            VersionedOp::Put(key, value) => format!("put {key} {value}"),
        }
    }

    fn ret_words(Values(values): &Values) -> String {
        if values.is_empty() { "nothing".into() } else { values.join(" | ") }
    }

    fn few(id: OpId) -> Vec<VersionedOp> {
        let written = format!("{}.{}", id.client.0, id.serial);
        vec![VersionedOp::Put("x".into(), written.into()), VersionedOp::Get("x".into())]
    }

    fn sample(draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> VersionedOp {
        let (read, key): (_, Text) = (draw(100) < mix.reads, sample_key(draw, mix).into());
        if read { VersionedOp::Get(key) } else { VersionedOp::Put(key, serial.to_string().into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_replica_alone_keeps_the_last_value() {
        let mut store = Versioned::default();
        let told = ["get x", "put x a", "put y c", "put x b", "get x"]
            .map(|text| Versioned::ret_words(&store.apply(&Versioned::parse(text).unwrap())));
        assert_eq!(told, ["nothing", "a", "c", "b", "b"]);
        assert!(Versioned::parse("del x").unwrap_err().contains("put x 3"));
        for op in Versioned::few(OpId { client: crate::NodeId(3), serial: 1 }) {
            assert_eq!(Versioned::parse(&Versioned::op_words(&op)), Ok(op));
        }
    }
}
