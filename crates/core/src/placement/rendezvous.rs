//! Rendezvous hashing: each member bids for each key, and the highest bid has it.
//!
//! A bid is a hash of member and key together. Whoever joins wins the keys for which it bids most and no other moves;
//! when it leaves, each of its keys goes to the second highest bid, so that all others share them. It is as even as
//! chance is, and needs no memory but the list; the price is a bid of every member for each lookup. The next highest
//! bids are the copies. (Thaler, Ravishankar: Using Name-Based Mappings to Increase Hit Rates, IEEE/ACM Transactions on
//! Networking 6(1), 1998, where it is called highest random weight. Their hash is another one.)
//!
//! Weights: let u be the bid as a number between 0 and 1. The member with the least −log(u) / w wins, which is member i
//! with a chance of exactly wᵢ / W; and to raise a weight takes keys to that member only. (The logarithmic method of
//! Schindelhauer, Schomaker: Weighted Distributed Hash Tables, SPAA 2005.) The logarithm is taken in whole
//! numbers, as that of floating point differs between machines in its last bit. Where all weights are equal the highest
//! bid wins, and nobody needs it.

use super::Member;
use crate::order;
use std::cmp::Ordering;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// The list, as seeds of bids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendezvous {
    bidders: Vec<Bidder>,
    /// Whether all who have a weight have the same one.
    equal: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bidder {
    member: u32,
    seed: u64,
    weight: u32,
}

impl Rendezvous {
    /// Bidders for all members that have a weight.
    pub fn new(members: &[Member]) -> Self {
        let bidder = |(member, of): (usize, &Member)| Bidder {
            member: member as u32,
            seed: xxh3_64(of.name.as_bytes()),
            weight: of.weight,
        };
        let bidders: Vec<Bidder> = members.iter().enumerate().map(bidder).filter(|bidder| bidder.weight > 0).collect();
        let equal = bidders.windows(2).all(|pair| pair[0].weight == pair[1].weight);
        Rendezvous { bidders, equal }
    }

    /// Who bids most.
    pub fn owner(&self, hash: u64) -> usize {
        if self.equal {
            return self.highest(hash);
        }
        let worse = |one: &Bidder, other: &Bidder| self.compare(hash, *one, *other);
        self.bidders.iter().copied().max_by(worse).map_or(0, |bidder| bidder.member as usize)
    }

    fn highest(&self, hash: u64) -> usize {
        let key = hash.to_le_bytes();
        let (mut most, mut owner) = (0, self.bidders.first().map_or(0, |bidder| bidder.member));
        for bidder in &self.bidders {
            let bid = xxh3_64_with_seed(&key, bidder.seed);
            if bid > most {
                (most, owner) = (bid, bidder.member);
            }
        }
        owner as usize
    }

    /// Who of two members has the key.
    pub fn better(&self, hash: u64, one: usize, other: usize) -> usize {
        let find = |member: usize| self.bidders.iter().find(|bidder| bidder.member as usize == member);
        match (self.bidder(one).or_else(|| find(one)), self.bidder(other).or_else(|| find(other))) {
            (Some(first), Some(second)) if self.compare(hash, *first, *second).is_gt() => one,
            (Some(_), None) => one,
            _ => other,
        }
    }

    /// The bidder who stands where he stands in the list, as all do if nobody lacks a weight.
    fn bidder(&self, member: usize) -> Option<&Bidder> {
        self.bidders.get(member).filter(|bidder| bidder.member as usize == member)
    }

    /// All bidders, the best first.
    pub fn walk(&self, hash: u64, visit: &mut dyn FnMut(usize) -> bool) {
        let mut bidders = self.bidders.clone();
        order::sort_by(&mut bidders, |one, other| self.compare(hash, *other, *one));
        bidders.iter().all(|bidder| visit(bidder.member as usize));
    }

    /// Whose bid is greater, by weight.
    fn compare(&self, hash: u64, one: Bidder, other: Bidder) -> Ordering {
        let key = hash.to_le_bytes();
        let bids = [one, other].map(|bidder| xxh3_64_with_seed(&key, bidder.seed));
        let by_weight = || {
            let [short, long] = bids.map(below_one);
            (u128::from(long) * u128::from(one.weight)).cmp(&(u128::from(short) * u128::from(other.weight)))
        };
        let unequal = if self.equal { Ordering::Equal } else { by_weight() };
        unequal.then(bids[0].cmp(&bids[1])).then(other.member.cmp(&one.member))
    }
}

/// Bits after the point of a logarithm.
const FRACTION: u32 = 40;

/// −log₂ of a number as a part of 2⁶⁴, with [`FRACTION`] bits after the point. It never grows with the number.
pub fn below_one(number: u64) -> u64 {
    let whole = number.leading_zeros().min(63);
    // The number over 2⁶³⁻ʷʰᵒˡᵉ is between 1 and 2; to square it doubles its logarithm, whose next bit is whether it is 2 or more.
    let mut mantissa = number.max(1) << whole;
    let mut logarithm = 0_u64;
    for _ in 0..FRACTION {
        let square = u128::from(mantissa) * u128::from(mantissa);
        let two = square >> 127 == 1;
        logarithm = logarithm << 1 | u64::from(two);
        mantissa = (square >> if two { 64 } else { 63 }) as u64;
    }
    ((u64::from(whole) + 1) << FRACTION) - logarithm
}
