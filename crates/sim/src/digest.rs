//! A hash of plain data that is the same on every machine: over the values in the order in which serde visits them, each
//! as 64 bits, so that no bytes are written first.
//!
//! It can be the hash that the value would have if participants had other names: a search takes states for one that
//! differ in names alone.

use lightcone_core::NodeId;
use serde::ser::{self, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// The hash of a value.
pub(crate) fn digest(value: &impl Serialize) -> u64 {
    renamed(value, AsTheyAre)
}

/// The hash of a value in which everybody has another name.
pub fn renamed<R: Renaming>(value: &(impl Serialize + ?Sized), names: R) -> u64 {
    let mut digest = Digest::by(names);
    value.serialize(&mut digest).expect("plain data can always be visited");
    digest.finished()
}

/// Other names for participants.
pub trait Renaming: Copy {
    /// Whether anyone has another name.
    const RENAMES: bool;

    /// The other name of a participant.
    fn name(self, node: NodeId) -> NodeId;
}

/// Everybody keeps their name.
#[derive(Clone, Copy)]
pub(crate) struct AsTheyAre;

impl Renaming for AsTheyAre {
    const RENAMES: bool = false;

    fn name(self, node: NodeId) -> NodeId {
        node
    }
}

/// By place, the other name of each participant. Whoever has no place keeps theirs.
impl Renaming for &[NodeId] {
    const RENAMES: bool = true;

    fn name(self, node: NodeId) -> NodeId {
        self.get(node.index()).copied().unwrap_or(node)
    }
}

/// A hash in the making.
pub(crate) struct Digest<R = AsTheyAre> {
    hash: u64,
    names: R,
    next: Next,
}

/// What the value is that is visited next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Plain,
    Node,
    Nodes,
    /// A table by node. Its order is that of the old names, so it counts as a set of rows.
    Table,
}

/// What a hash begins with.
pub const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
/// The multipliers of a well-tried 64-bit finaliser.
const ONE: u64 = 0xbf58_476d_1ce4_e5b9;
const TWO: u64 = 0x94d0_49bb_1331_11eb;

/// A hash with one more word: a product spreads it over the high bits, a shift brings them down again.
#[inline]
pub fn mixed(hash: u64, word: u64) -> u64 {
    let mixed = (hash ^ word).wrapping_mul(ONE);
    mixed ^ (mixed >> 32)
}

/// A hash after its last word, with all bits alike.
#[inline]
pub fn finished(hash: u64) -> u64 {
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(TWO);
    mixed ^ (mixed >> 31)
}

impl Digest {
    pub fn new() -> Self {
        Digest::by(AsTheyAre)
    }
}

impl<R: Renaming> Digest<R> {
    fn by(names: R) -> Self {
        Digest { hash: SEED, names, next: Next::Plain }
    }

    #[inline]
    pub fn word(&mut self, word: u64) {
        self.hash = mixed(self.hash, word);
    }

    /// What is visited next, once.
    #[inline]
    fn next(&mut self) -> Next {
        if R::RENAMES { std::mem::replace(&mut self.next, Next::Plain) } else { Next::Plain }
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        self.word(xxh3_64(bytes));
    }

    #[inline]
    pub fn finished(self) -> u64 {
        finished(self.hash)
    }
}

/// Nothing can go wrong; serde wants a type for it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Never(String);

impl ser::Error for Never {
    fn custom<T: std::fmt::Display>(words: T) -> Self {
        Never(words.to_string())
    }
}

type Done = Result<(), Never>;

macro_rules! words {
    ($($method:ident: $type:ty,)*) => {
        $(#[inline]
        fn $method(self, value: $type) -> Done {
            self.word(value as u64);
            Ok(())
        })*
    };
}

impl<'a, R: Renaming> ser::Serializer for &'a mut Digest<R> {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Rows<'a, R>;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Rows<'a, R>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    words! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u16: u16, serialize_u32: u32, serialize_char: char,
    }

    #[inline]
    fn serialize_u8(self, value: u8) -> Done {
        let node = self.next() == Next::Node;
        self.word(if node { self.names.name(NodeId(value)).0 } else { value }.into());
        Ok(())
    }

    #[inline]
    fn serialize_u64(self, value: u64) -> Done {
        let nodes = self.next() == Next::Nodes;
        self.word(if nodes { others(value, self.names) } else { value });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.serialize_u32(value.to_bits())
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.serialize_u64(value.to_bits())
    }

    fn serialize_str(self, value: &str) -> Done {
        self.bytes(value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.bytes(value);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.serialize_u8(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        self.word(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, variant: u32, _: &'static str) -> Done {
        self.serialize_u32(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Done {
        if R::RENAMES {
            self.next = next_by(name);
        }
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        self.word(variant.into());
        value.serialize(self)
    }

    #[inline]
    fn serialize_seq(self, length: Option<usize>) -> Result<Rows<'a, R>, Never> {
        let apart = self.next() == Next::Table;
        self.word(length.map_or(u64::MAX, |length| length as u64));
        Ok(Rows { digest: self, apart, sum: 0 })
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &'static str, variant: u32, _: &'static str, _: usize) -> Result<Self, Never> {
        self.word(variant.into());
        Ok(self)
    }

    #[inline]
    fn serialize_map(self, length: Option<usize>) -> Result<Rows<'a, R>, Never> {
        // Its order is that of its keys, and they may hold names.
        if R::RENAMES {
            self.next = Next::Table;
        }
        self.serialize_seq(length)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Never> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, variant: u32, _: &'static str, _: usize) -> Result<Self, Never> {
        self.word(variant.into());
        Ok(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! parts {
    ($($trait:ident: $method:ident,)*) => {
        $(impl<R: Renaming> ser::$trait for &mut Digest<R> {
            type Ok = ();
            type Error = Never;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
                value.serialize(&mut **self)
            }

            fn end(self) -> Done {
                Ok(())
            }
        })*
    };
}

parts! {
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

macro_rules! named_parts {
    ($($trait:ident,)*) => {
        $(impl<R: Renaming> ser::$trait for &mut Digest<R> {
            type Ok = ();
            type Error = Never;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Done {
                value.serialize(&mut **self)
            }

            fn end(self) -> Done {
                Ok(())
            }
        })*
    };
}

named_parts! { SerializeStruct, SerializeStructVariant, }

/// The rows of a sequence or a map. Those of a table count without their order: each is hashed apart.
pub(crate) struct Rows<'a, R> {
    digest: &'a mut Digest<R>,
    apart: bool,
    sum: u64,
}

impl<R: Renaming> Rows<'_, R> {
    fn apart(&mut self, row: impl FnOnce(&mut Digest<R>) -> Done) -> Done {
        let mut digest = Digest::by(self.digest.names);
        row(&mut digest)?;
        self.sum = self.sum.wrapping_add(digest.finished());
        Ok(())
    }

    fn done(self) -> Done {
        if R::RENAMES && self.apart {
            self.digest.word(self.sum);
        }
        Ok(())
    }
}

impl<R: Renaming> ser::SerializeSeq for Rows<'_, R> {
    type Ok = ();
    type Error = Never;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        if R::RENAMES && self.apart {
            return self.apart(|digest| value.serialize(digest));
        }
        value.serialize(&mut *self.digest)
    }

    fn end(self) -> Done {
        self.done()
    }
}

impl<R: Renaming> ser::SerializeMap for Rows<'_, R> {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Done {
        panic!("plain data hands over a key with its value");
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, _: &T) -> Done {
        panic!("plain data hands over a value with its key");
    }

    #[inline]
    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(&mut self, key: &K, value: &V) -> Done {
        if R::RENAMES && self.apart {
            return self.apart(|digest| (key, value).serialize(digest));
        }
        key.serialize(&mut *self.digest)?;
        value.serialize(&mut *self.digest)
    }

    fn end(self) -> Done {
        self.done()
    }
}

/// What a type of one field is, by the name that its derived serialisation gives; a test holds that they are these.
fn next_by(name: &str) -> Next {
    match name {
        "NodeId" => Next::Node,
        "NodeSet" => Next::Nodes,
        "NodeMap" => Next::Table,
        _ => Next::Plain,
    }
}

fn others<R: Renaming>(bits: u64, names: R) -> u64 {
    let members = (0..64).filter(|place| bits >> place & 1 == 1);
    members.fold(0, |others, place| others | 1 << names.name(NodeId(place)).0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lightcone_core::{NodeMap, NodeSet, Sorted};
    use std::collections::BTreeSet;

    #[test]
    fn what_differs_anywhere_has_another_hash() {
        let mut known = BTreeSet::new();
        for a in 0..40_u64 {
            for b in [None, Some(0_u32), Some(1)] {
                for c in ["", "x", "xx", "y"] {
                    for d in [vec![], vec![0_u8], vec![0, 0], vec![1]] {
                        assert!(known.insert(digest(&(a, b, c, d))), "{a} {b:?} {c}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_differs_in_names_alone_has_one_hash_under_other_names() {
        let of = |[a, b, c]: [u8; 3]| {
            let [a, b, c] = [a, b, c].map(NodeId);
            let mut table = NodeMap::new();
            table.insert(a, 1_u32);
            table.insert(b, 2);
            let mut known = Sorted::new();
            known.insert((b, 7_u8), "b");
            known.insert((c, 7), "c");
            (a, NodeSet::from_iter([b, c]), table, known)
        };
        for others in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let names = others.map(NodeId);
            assert_eq!(renamed(&of([0, 1, 2]), &names[..]), renamed(&of(others), &[][..]), "{others:?}");
        }
        let all: BTreeSet<u64> = [[0, 1, 2], [0, 2, 1], [1, 0, 2]].map(|ids| digest(&of(ids))).into();
        assert_eq!(all.len(), 3);
    }

    #[test]
    fn the_hash_never_changes() {
        assert_eq!(digest(&(7_u64, Some("seven"), [1_u8, 2])), 5_997_480_431_472_330_790);
    }
}
