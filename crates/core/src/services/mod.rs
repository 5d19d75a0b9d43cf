//! The sequential objects that protocols replicate.

mod key_value;

pub use key_value::{KeyValue, KvOp, KvRet, Text};
