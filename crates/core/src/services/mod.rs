//! The sequential objects that protocols replicate, and that histories are judged by.

mod consensus;
mod key_value;
mod lock;
mod queue;
mod registers;
mod set;
mod shared;
mod store;
mod versioned;

pub use consensus::{Consensus, Decided, Propose};
pub use key_value::{KeyValue, KvOp, KvRet};
pub use lock::{Lock, LockOp, LockRet};
pub use queue::{Queue, QueueOp, QueueRet};
pub use registers::{RegisterOp, RegisterRet, Registers};
pub use set::{Set, SetOp, SetRet};
pub use shared::{Shared, SharedOp, SharedRet};
pub use store::{Store, StoreOp, StoreRet};
pub use versioned::{Values, Versioned, VersionedOp};

use std::{borrow::Cow, rc::Rc};

/// A short text whose clones share memory.
pub type Text = Rc<str>;

/// How many characters a key or a value has at most.
const LONGEST: usize = 64;

/// A key or a value as it stands among words, in quotes if it would not look like one of them.
fn shown(text: &str) -> Cow<'_, str> {
    let is_word = !text.is_empty() && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    if is_word { text.into() } else { format!("{text:?}").into() }
}

/// A value that was there, apart from the word for none.
fn shown_there(text: &str) -> Cow<'_, str> {
    if text == "nothing" { format!("{text:?}").into() } else { shown(text) }
}

/// A key or a value that a person wrote.
fn word(text: &str) -> Result<Text, String> {
    if text.chars().count() <= LONGEST {
        return Ok(text.into());
    }
    let first: String = text.chars().take(16).collect();
    Err(format!("`{first}…` is too long: keys and values have at most {LONGEST} characters"))
}
