//! A hash of plain data that is the same on every machine: over the values in the order in which serde visits them, each
//! as 64 bits, so that no bytes are written first.

use serde::ser::{self, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// The hash of a value.
pub(crate) fn digest(value: &impl Serialize) -> u64 {
    let mut digest = Digest::new();
    value.serialize(&mut digest).expect("plain data can always be visited");
    digest.finished()
}

/// A hash in the making.
pub(crate) struct Digest(u64);

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
/// The multipliers of a well-tried 64-bit finaliser.
const ONE: u64 = 0xbf58_476d_1ce4_e5b9;
const TWO: u64 = 0x94d0_49bb_1331_11eb;

impl Digest {
    pub fn new() -> Self {
        Digest(SEED)
    }

    #[inline]
    pub fn word(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(ONE);
        self.0 = mixed ^ (mixed >> 32);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        self.word(xxh3_64(bytes));
    }

    #[inline]
    pub fn finished(self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(TWO);
        mixed ^ (mixed >> 31)
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

impl<'a> ser::Serializer for &'a mut Digest {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = &'a mut Digest;
    type SerializeTuple = &'a mut Digest;
    type SerializeTupleStruct = &'a mut Digest;
    type SerializeTupleVariant = &'a mut Digest;
    type SerializeMap = &'a mut Digest;
    type SerializeStruct = &'a mut Digest;
    type SerializeStructVariant = &'a mut Digest;

    words! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_char: char,
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

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
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

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Never> {
        self.word(length.map_or(u64::MAX, |length| length as u64));
        Ok(self)
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

    fn serialize_map(self, length: Option<usize>) -> Result<Self, Never> {
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
        $(impl ser::$trait for &mut Digest {
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
    SerializeSeq: serialize_element,
    SerializeTuple: serialize_element,
    SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

macro_rules! named_parts {
    ($($trait:ident,)*) => {
        $(impl ser::$trait for &mut Digest {
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

impl ser::SerializeMap for &mut Digest {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Done {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }

    fn end(self) -> Done {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn the_hash_never_changes() {
        assert_eq!(digest(&(7_u64, Some("seven"), [1_u8, 2])), 5_997_480_431_472_330_790);
    }
}
