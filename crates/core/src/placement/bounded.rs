//! Consistent hashing with bounded loads: nobody holds more than his share and a little.
//!
//! Even with many virtual nodes some member holds a good deal more than the mean, and chance decides who. So each gets a
//! capacity of ⌈(1 + ε) m / n⌉ for m keys and n members. A key goes round from its hash to the first member with room. The
//! less excess ε there is, the more keys are passed on: the larger one chooses it, the closer this is to the plain ring.
//! (Mirrokni, Thorup, Zadimoghaddam: Consistent Hashing with Bounded Loads, SODA 2018, preprint of 2016. What a change of a
//! member moves is, in their main theorem, m / n times a number that depends on ε only, of the order of 1 / ε² where ε is
//! small.)
//!
//! Where a key is depends on which keys are there before it. Here keys find their places in the order in which they are
//! given, each time from the first one anew, so that the outcome does not depend on what happened earlier. A member of
//! weight w has a capacity of ⌈(1 + ε) m w / W⌉.

use super::{Member, PlacementError, Ring};

/// By how much of it a load may exceed the fair one, as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slack {
    /// The numerator.
    pub parts: u32,
    /// The denominator.
    pub of: u32,
}

impl Slack {
    /// Itself, if it is a number.
    pub(super) fn checked(self) -> Result<Self, PlacementError> {
        if self.of == 0 { Err(PlacementError::NoSlack) } else { Ok(self) }
    }
}

/// How many of so many keys each member may hold.
pub fn capacities(members: &[Member], slack: Slack, keys: usize) -> Vec<u64> {
    let whole: u128 = members.iter().map(|member| u128::from(member.weight)).sum();
    let (of, with) = (u128::from(slack.of), u128::from(slack.of) + u128::from(slack.parts));
    let capacity = |member: &Member| (keys as u128 * u128::from(member.weight) * with).div_ceil(whole * of);
    members.iter().map(|member| u64::try_from(capacity(member)).unwrap_or(u64::MAX)).collect()
}

/// Who holds each key.
pub(super) fn assign(ring: &Ring, members: &[Member], slack: Slack, keys: &[u64]) -> Vec<u32> {
    let mut room = capacities(members, slack, keys.len());
    let place = |hash: &u64| {
        let mut owner = ring.owner(*hash);
        ring.walk(*hash, &mut |member| {
            owner = member;
            room[member] == 0
        });
        room[owner] = room[owner].saturating_sub(1);
        owner as u32
    };
    keys.iter().map(place).collect()
}
