//! The ring as libketama lays it out, so that clients of one cache agree whatever they are written in.
//!
//! The label `name-i`, for each i below 40, is hashed with MD5, and its digest of 16 bytes makes four points of 32 bits
//! each, lowest byte first: 160 points for each member. The name is `host:port`. A key has the first four bytes of its own
//! digest as its hash. (R. Jones: libketama, 2007.)
//!
//! Weights are parts of the whole: a member has ⌊40 n w / W⌋ digests, where W is the sum of all weights and n the number of
//! members. So a join leaves the points of the others alone while all weights are equal, and else it may not. The
//! original counts in floating point; here it is done in whole numbers.
//!
//! Points of 32 bits meet more often than others: 16,000 of them have about 30 pairs. The ring says what happens then.

use super::{Member, PlacementError, Ring, member::MOST};
use crate::order;

/// Digests for each member of the mean weight.
const DIGESTS: u128 = 40;

/// The ring with the points of libketama.
pub(super) fn ring(members: &[Member]) -> Result<Ring, PlacementError> {
    let whole: u128 = members.iter().map(|member| u128::from(member.weight)).sum();
    let fair = DIGESTS * members.len() as u128;
    if 4 * fair > u128::from(MOST) {
        return Err(PlacementError::TooMany(u64::try_from(4 * fair).unwrap_or(u64::MAX)));
    }
    Ring::from_points(members, &mut |member| {
        let digests = fair * u128::from(member.weight) / whole;
        let mut points: Vec<u64> = (0..digests).flat_map(|nth| four(&format!("{}-{nth}", member.name))).collect();
        order::sort(&mut points);
        points
    })
}

/// The hash of a key.
pub(super) fn key(name: &[u8]) -> u64 {
    let [a, b, c, d, ..] = md5::compute(name).0;
    point([a, b, c, d])
}

/// The points of a label.
fn four(label: &str) -> [u64; 4] {
    let digest = md5::compute(label).0;
    [0, 4, 8, 12].map(|nth| point([digest[nth], digest[nth + 1], digest[nth + 2], digest[nth + 3]]))
}

/// A number of 32 bits as a place on a circle of 64.
fn point(bytes: [u8; 4]) -> u64 {
    u64::from(u32::from_le_bytes(bytes)) << 32
}
