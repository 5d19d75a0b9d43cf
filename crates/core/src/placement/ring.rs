//! Consistent hashing: the ring.
//!
//! All hashes lie on a circle. Each member has points on it, and a key belongs to the first point at or after its own
//! hash, going round. Whoever joins puts down points of his own, and each takes the piece of the circle before it from
//! whoever had it: keys move to the newcomer only, and when he leaves, from him only. (Karger, Lehman, Leighton,
//! Panigrahy, Levine, Lewin: Consistent Hashing and Random Trees, STOC 1997, section 4, which calls this monotone.)
//!
//! One point for each member is not enough. The pieces are very uneven, the largest about ln n times the fair share, and
//! when a member leaves, the one after it gets all that it had. With many points for each (the copies of section 4,
//! *virtual nodes* today) the pieces of one member lie among those of all others: its load is nearly fair, and many
//! share what it leaves. A weight is a number of points: member i of weight w has w times as many.
//!
//! Two points can fall on one spot. Then the member whose name comes first owns the piece before it, and the other is
//! next in line there, in whatever order they came.
//!
//! A lookup finds its place by the first bits of the hash: a table of starts, as long as there are points, and then on
//! average a step or two. (The paper, too, cuts the circle into equal pieces to find a point in constant time.)

use super::{
    Member, PlacementError,
    member::{MOST, total},
};
use crate::order;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// The circle with the points of all members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ring {
    /// In the order of the circle; at its end stands the first point once more.
    points: Vec<Point>,
    /// For each value of the first bits the first point at or after it.
    starts: Vec<u32>,
    /// How many bits are not among the first.
    shift: u32,
}

/// A virtual node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Point {
    at: u64,
    owner: u32,
}

impl Ring {
    /// The ring on which each member has `points` virtual nodes for each unit of its weight.
    ///
    /// # Errors
    /// If there are none, or too many.
    pub fn new(members: &[Member], seed: u64, points: u32) -> Result<Self, PlacementError> {
        if points == 0 {
            return Err(PlacementError::NoPoints);
        }
        total(members, points)?;
        let each = |member: &Member| u64::from(member.weight) * u64::from(points);
        Ring::from_points(members, &mut |member| {
            let own = xxh3_64_with_seed(member.name.as_bytes(), seed);
            (0..each(member)).map(|nth| xxh3_64_with_seed(&nth.to_le_bytes(), own)).collect()
        })
    }

    /// The ring on which the members have the points that `layout` says.
    ///
    /// # Errors
    /// If there are none.
    pub(super) fn from_points(
        members: &[Member],
        layout: &mut dyn FnMut(&Member) -> Vec<u64>,
    ) -> Result<Self, PlacementError> {
        let mut points = Vec::new();
        for (owner, member) in members.iter().enumerate() {
            let own = layout(member);
            points.extend(own.into_iter().map(|at| Point { at, owner: owner as u32 }));
        }
        let name = |point: &Point| members[point.owner as usize].name.as_str();
        order::sort_by(&mut points, |one, other| one.at.cmp(&other.at).then_with(|| name(one).cmp(name(other))));
        let Some(first) = points.first().copied() else { return Err(PlacementError::NoPoints) };
        let bits = (points.len() as u64).next_power_of_two().trailing_zeros().max(1);
        let starts = starts(&points, bits);
        points.push(Point { at: u64::MAX, owner: first.owner });
        Ok(Ring { points, starts, shift: u64::BITS - bits })
    }

    /// Whose point is the first at or after a hash.
    pub fn owner(&self, hash: u64) -> usize {
        self.points[self.place(hash)].owner as usize
    }

    /// The owners of all points from a hash on, once round, as long as `visit` says so.
    pub fn walk(&self, hash: u64, visit: &mut dyn FnMut(usize) -> bool) {
        let points = &self.points[..self.points.len() - 1];
        let (before, after) = points.split_at(self.place(hash).min(points.len()));
        for point in after.iter().chain(before) {
            if !visit(point.owner as usize) {
                return;
            }
        }
    }

    /// Every point with its owner, in the order of the circle.
    pub fn points(&self) -> impl Iterator<Item = (u64, usize)> {
        self.points[..self.points.len() - 1].iter().map(|point| (point.at, point.owner as usize))
    }

    /// The place of the first point at or after a hash; beyond the last point it is that of the first one's copy.
    fn place(&self, hash: u64) -> usize {
        let mut place = self.starts[(hash >> self.shift) as usize] as usize;
        while self.points[place].at < hash {
            place += 1;
        }
        place
    }
}

/// For each value of the first `bits` the first point at or after it.
fn starts(points: &[Point], bits: u32) -> Vec<u32> {
    debug_assert!(points.len() as u64 <= 2 * MOST, "limited by whoever lays them out");
    let mut starts = Vec::with_capacity(1 << bits);
    let mut place = 0;
    for first in 0..1_u64 << bits {
        while points.get(place).is_some_and(|point| point.at >> (u64::BITS - bits) < first) {
            place += 1;
        }
        starts.push(place as u32);
    }
    starts
}
