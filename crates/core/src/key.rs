//! What a message is called: its kind and the fields that identify it.

use serde::Serialize;
use std::fmt;

/// What a kind of message does, so that views can show it without knowing the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Flavour {
    /// Asks for a vote or a promise.
    Ask,
    /// Grants, acknowledges or agrees.
    Grant,
    /// Refuses.
    Refuse,
    /// Carries data to be stored or delivered.
    Carry,
    /// Comes again and again while nothing happens.
    Periodic,
    /// Comes from a client.
    Request,
    /// Goes to a client.
    Response,
}

/// A kind of message: its name in the paper, its [`Flavour`], and what its key's arguments are called.
#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Kind {
    /// The paper's name.
    pub name: &'static str,
    /// What such a message does.
    pub flavour: Flavour,
    /// The names of the arguments, at most two.
    pub args: &'static [&'static str],
    /// A stable number for `name`, from which causal names are made.
    pub code: u64,
}

impl Kind {
    /// A kind called `name`, whose keys carry `args`.
    pub const fn new(name: &'static str, flavour: Flavour, args: &'static [&'static str]) -> Self {
        assert!(args.len() <= 2, "a key has at most two arguments");
        Kind { name, flavour, args, code: fnv1a(name.as_bytes()) }
    }

    /// The key of a message of this kind without arguments.
    pub const fn key(&'static self) -> Key {
        Key { kind: self, args: [0; 2] }
    }

    /// The key of a message with one argument.
    pub const fn key1(&'static self, arg: u64) -> Key {
        Key { kind: self, args: [arg, 0] }
    }

    /// The key of a message with two arguments.
    pub const fn key2(&'static self, first: u64, second: u64) -> Key {
        Key { kind: self, args: [first, second] }
    }
}

/// The FNV-1a hash, usable in constants: one number for each name, equal on every machine.
const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}

/// The kind of a message and its identifying fields: `RequestVote term 2`.
///
/// A key must not change when something harmless happens elsewhere, because causal names are made from it: it says
/// which message this is among those of one step, not all that the message holds.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The kind.
    pub kind: &'static Kind,
    /// The arguments; those beyond `kind.args` are zero.
    pub args: [u64; 2],
}

impl PartialEq for Key {
    /// Two kinds of one name are one to people and to names, whatever their flavour: a heartbeat that happens to carry
    /// an entry is still that heartbeat.
    fn eq(&self, other: &Self) -> bool {
        (self.kind.code, self.args) == (other.kind.code, other.args)
    }
}

impl Eq for Key {}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name)?;
        for (name, value) in self.kind.args.iter().zip(self.args) {
            write!(f, " {name} {value}")?;
        }
        Ok(())
    }
}
