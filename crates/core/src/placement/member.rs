//! Who takes part in a placement, and what can be wrong with it.

use std::{error::Error, fmt};

/// One member of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// Its name, by which its place is found: it stays the same over all changes.
    pub name: String,
    /// How much it holds beside the others. Who has weight 0 holds nothing.
    pub weight: u32,
    /// The machine on which it runs, which fails as a whole.
    pub machine: u32,
}

impl Member {
    /// A member of weight 1.
    pub fn new(name: impl Into<String>, machine: u32) -> Self {
        Member { name: name.into(), weight: 1, machine }
    }
}

/// The most points that a ring may have, and the most that weights may come to together.
pub const MOST: u64 = 1 << 22;

/// Why there is no such placement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlacementError {
    /// There are no members.
    Empty,
    /// All members have weight 0.
    NoWeight,
    /// Two members have this name.
    SameName(String),
    /// There are no virtual nodes.
    NoPoints,
    /// Virtual nodes, or weights, come to so many, and more than [`MOST`].
    TooMany(u64),
    /// The size of the table is not prime.
    NotPrime(u32),
    /// The table is too small for so many members.
    TooSmall {
        /// Its entries.
        size: u32,
        /// The members that need one.
        members: usize,
    },
    /// The excess over the fair load is no number: its denominator is 0.
    NoSlack,
    /// More copies of a key are wanted than there are members that hold anything.
    TooManyCopies {
        /// The copies.
        copies: usize,
        /// The members.
        members: usize,
    },
}

impl fmt::Display for PlacementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlacementError::Empty => f.write_str("there is no member to hold a key"),
            PlacementError::NoWeight => f.write_str("every member has weight 0, so that none holds a key"),
            PlacementError::SameName(name) => write!(f, "two members are called `{name}`"),
            PlacementError::NoPoints => f.write_str("a member needs at least one point on the ring"),
            PlacementError::TooMany(many) => write!(f, "{many} points or units of weight; at most {MOST} will do"),
            PlacementError::NotPrime(size) => write!(f, "a table of {size} entries: the number must be prime"),
            PlacementError::TooSmall { size, members } => {
                write!(f, "a table of {size} entries is too small for {members} members")
            }
            PlacementError::NoSlack => f.write_str("the excess over the fair load has 0 as its denominator"),
            PlacementError::TooManyCopies { copies, members } => {
                write!(f, "{copies} copies, but only {members} members that could hold one")
            }
        }
    }
}

impl Error for PlacementError {}

/// Looks for what no scheme can deal with.
pub fn check(members: &[Member]) -> Result<(), PlacementError> {
    if members.is_empty() {
        return Err(PlacementError::Empty);
    }
    let mut names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    crate::order::sort(&mut names);
    if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(PlacementError::SameName(pair[0].to_owned()));
    }
    if members.iter().all(|member| member.weight == 0) {
        return Err(PlacementError::NoWeight);
    }
    Ok(())
}

/// The sum of all weights, `each` for one.
pub fn total(members: &[Member], each: u32) -> Result<u64, PlacementError> {
    // Some thousand millions of members would be needed to overflow it.
    let sum: u128 = members.iter().map(|member| u128::from(member.weight) * u128::from(each)).sum();
    let sum = u64::try_from(sum).unwrap_or(u64::MAX);
    if sum > MOST { Err(PlacementError::TooMany(sum)) } else { Ok(sum) }
}
