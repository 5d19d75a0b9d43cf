//! The key-value service: put, get, append, compare-and-set.

use super::{Text, shown, shown_there, word};
use crate::{
    OpId, Service, Sorted,
    service::{Access, Mix, Shows},
};
use serde::{Deserialize, Serialize};

/// A map from keys to values; a key that was never written has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyValue(Sorted<Text, Text>);

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

    fn access<'a>(op: &'a KvOp, told: Option<&'a KvRet>) -> Option<Access<'a>> {
        match (op, told) {
            (KvOp::Put(_, value), _) => Some(Access::Write(value)),
            (KvOp::Get(_), Some(KvRet::Value(value))) => Some(Access::Read(value.as_deref())),
            _ => None,
        }
    }

    fn leaves(op: &KvOp) -> Option<&str> {
        match op {
            KvOp::Put(_, value) | KvOp::Cas(_, _, value) => Some(value),
            KvOp::Get(_) | KvOp::Append(..) => None,
        }
    }

    fn shows<'a>(op: &'a KvOp, told: Option<&'a KvRet>) -> Shows<'a> {
        match (op, told) {
            (KvOp::Get(_), Some(KvRet::Value(Some(value)))) => Shows::Value(value),
            (KvOp::Get(_) | KvOp::Put(..), _) => Shows::Nothing,
            (KvOp::Cas(_, expected, _), None | Some(KvRet::Done)) => Shows::Value(expected),
            (KvOp::Cas(..) | KvOp::Append(..), _) => Shows::More,
        }
    }

    fn parse(text: &str) -> Result<KvOp, String> {
        match *text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["get", key] => Ok(KvOp::Get(word(key)?)),
            ["put", key, value] => Ok(KvOp::Put(word(key)?, word(value)?)),
            ["append", key, value] => Ok(KvOp::Append(word(key)?, word(value)?)),
            ["cas", key, expected, new] => Ok(KvOp::Cas(word(key)?, word(expected)?, word(new)?)),
            _ => Err(format!("`{text}` is not an operation: write `put x 3`, `get x`, `append x 3` or `cas x 3 4`")),
        }
    }

    fn op_words(op: &KvOp) -> String {
        match op {
            KvOp::Get(key) => format!("get {}", shown(key)),
            KvOp::Put(key, value) => format!("put {} {}", shown(key), shown(value)),
            KvOp::Append(key, value) => format!("append {} {}", shown(key), shown(value)),
            KvOp::Cas(key, expected, new) => format!("cas {} {} {}", shown(key), shown(expected), shown(new)),
        }
    }

    fn ret_words(ret: &KvRet) -> String {
        match ret {
            KvRet::Done => "ok".into(),
            KvRet::Value(Some(value)) => shown_there(value).into(),
            KvRet::Value(None) => "nothing".into(),
            KvRet::Differs => "differs".into(),
        }
    }

    fn few(id: OpId) -> Vec<KvOp> {
        // No space: what is written is read back from its words.
        let written = format!("{}.{};", id.client.0, id.serial);
        vec![KvOp::Append("x".into(), written.into()), KvOp::Get("x".into())]
    }

    fn sample(draw: &mut dyn FnMut(u32) -> u32, mix: Mix, serial: u64) -> KvOp {
        let key: Text = sample_key(draw, mix).into();
        let (read, append) = (draw(100) < mix.reads, draw(3) == 0);
        if read {
            KvOp::Get(key)
        } else if append {
            KvOp::Append(key, serial.to_string().into())
        } else {
            KvOp::Put(key, serial.to_string().into())
        }
    }
}

/// One of the keys of a workload, by one draw.
pub(super) fn sample_key(draw: &mut dyn FnMut(u32) -> u32, mix: Mix) -> &'static str {
    const NAMES: [&str; 8] = ["x", "y", "z", "u", "v", "w", "p", "q"];
    NAMES[sample_place(draw, mix) as usize]
}

/// The place of a key among at most eight.
fn sample_place(draw: &mut dyn FnMut(u32) -> u32, mix: Mix) -> u32 {
    const WHOLE: u32 = 1_000_000_000;
    let (keys, skew) = (mix.keys.clamp(1, 8), mix.skew.min(100));
    if skew == 0 {
        return draw(keys);
    }
    let (mut point, mut rest) = (draw(WHOLE), WHOLE);
    for key in 0..keys - 1 {
        let share = (u64::from(rest) * u64::from(skew) / 100) as u32;
        if point < share {
            return key;
        }
        (point, rest) = (point - share, rest - share);
    }
    keys - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_read_back_from_their_words() {
        for text in ["get x", "put x 3", "append log a", "cas x 3 4"] {
            assert_eq!(KeyValue::op_words(&KeyValue::parse(text).unwrap()), text);
        }
        for op in KeyValue::few(OpId { client: crate::NodeId(3), serial: 1 }) {
            assert_eq!(KeyValue::parse(&KeyValue::op_words(&op)), Ok(op));
        }
        assert!(KeyValue::parse("delete x").unwrap_err().contains("put x 3"));
        assert!(KeyValue::parse(&format!("get {}", "é".repeat(65))).unwrap_err().contains("64"));
    }

    /// Operations drawn by a small generator, and how many draws each took.
    fn samples(mix: Mix, n: u64) -> Vec<(String, u32)> {
        let mut state = 1_u64;
        let mut sample = |serial| {
            let mut drawn = 0;
            let mut draw = |n: u32| {
                drawn += 1;
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (((state >> 32) * u64::from(n)) >> 32) as u32
            };
            let op = KeyValue::sample(&mut draw, mix, serial);
            (KeyValue::op_words(&op), drawn)
        };
        (1..=n).map(&mut sample).collect()
    }

    #[test]
    fn skew_gives_the_first_key_its_share_and_each_next_one_that_share_of_the_rest() {
        for (skew, shares) in [(0, [250, 250, 250, 250]), (50, [500, 250, 125, 125]), (80, [800, 160, 32, 8])] {
            let drawn = samples(Mix { reads: 100, keys: 4, skew }, 20_000);
            for (key, share) in ["get x", "get y", "get z", "get u"].into_iter().zip(shares) {
                let count = drawn.iter().filter(|(op, _)| op == key).count() / 20;
                assert!(count.abs_diff(share) < 15, "skew {skew}: {key} has {count} of 1000, not {share}");
            }
        }
        let all = samples(Mix { reads: 100, keys: 4, skew: 100 }, 100);
        assert!(all.iter().all(|(op, _)| op == "get x"));
    }

    #[test]
    fn every_operation_takes_as_many_draws_whatever_it_is() {
        for mix in [Mix { reads: 50, keys: 3, skew: 0 }, Mix { reads: 50, keys: 3, skew: 60 }] {
            assert!(samples(mix, 200).iter().all(|(_, draws)| *draws == 3));
        }
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
