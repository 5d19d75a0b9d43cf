//! Keys that are placed, and what a change moves.

use super::scene::{SCHEMES, Scene};
use lightcone_core::placement::{Placement, PlacementError, ketama, key, measure};

/// The keys of a scene under its scheme.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Who holds what.
    pub placement: Placement,
    /// Who holds each key first, as a place in the list of members.
    pub owners: Vec<u32>,
}

impl Placed {
    /// Places keys, given by their hashes.
    ///
    /// # Errors
    /// Why there is no such placement.
    pub fn new(scene: &Scene, hashes: &[u64]) -> Result<Self, PlacementError> {
        let placement = Placement::new(scene.scheme_at(scene.scheme), &scene.members)?;
        placement.preference(0, scene.copies as usize)?;
        let owners = placement.assign(hashes);
        Ok(Placed { placement, owners })
    }

    /// Who holds a key first, by name.
    pub fn owner(&self, key: usize) -> &str {
        &self.placement.members()[self.owners[key] as usize].name
    }

    /// How many keys each member holds, copies included.
    pub fn loads(&self, scene: &Scene, hashes: &[u64]) -> Vec<u64> {
        let mut loads = vec![0; scene.members.len()];
        for (place, hash) in hashes.iter().enumerate() {
            for member in self.holders(scene, place, *hash) {
                loads[member] += 1;
            }
        }
        loads
    }

    /// What part of all requests comes to each member, in per mille. Whoever holds a key first answers for it.
    pub fn requests(&self, scene: &Scene) -> Vec<u64> {
        let (mut parts, mut left) = (vec![0.0; scene.members.len()], 1.0);
        let hot = f64::from(scene.skew) / 100.0;
        let even = 1.0 / self.owners.len().max(1) as f64;
        for (place, owner) in self.owners.iter().enumerate() {
            // What the hot keys leave is spread evenly over the others.
            let part = if scene.skew > 0 && place < HOT { left * hot } else { 0.0 };
            left -= part;
            parts[*owner as usize] += part;
        }
        for owner in &self.owners {
            parts[*owner as usize] += left * even;
        }
        parts.into_iter().map(|part| (part * 1_000.0_f64).round() as u64).collect()
    }

    /// Who holds a key, as places in the list. Limited loads send the first copy on, and not the others.
    fn holders(&self, scene: &Scene, key: usize, hash: u64) -> Vec<usize> {
        let first = self.owners[key] as usize;
        if scene.copies == 1 {
            return vec![first];
        }
        let preferred = self.placement.preference(hash, scene.copies as usize).map(|list| list.members);
        let mut all = preferred.unwrap_or_default();
        if !all.contains(&first) {
            all.pop();
            all.insert(0, first);
        }
        all
    }

    /// How many keys had all their copies with members that are not in this scene any more.
    pub fn lost(&self, scene: &Scene, hashes: &[u64], after: &Scene) -> u64 {
        let stays: Vec<bool> =
            scene.members.iter().map(|member| after.members.iter().any(|other| other.name == member.name)).collect();
        let gone =
            |(place, hash): (usize, &u64)| self.holders(scene, place, *hash).iter().all(|holder| !stays[*holder]);
        hashes.iter().enumerate().filter(|one| gone(*one)).count() as u64
    }
}

/// So many keys can be hot.
const HOT: usize = 8;

/// The hashes of all keys.
#[derive(Clone, Debug, Default)]
pub struct Hashes {
    /// For all schemes but Ketama.
    usual: Vec<u64>,
    /// For Ketama.
    ketama: Vec<u64>,
}

impl Hashes {
    /// Those of so many keys.
    pub fn new(keys: u32) -> Self {
        let all = |of: fn(&[u8]) -> u64| (0..keys).map(|n| of(format!("key {n}").as_bytes())).collect();
        Hashes { usual: all(key), ketama: all(ketama::key) }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.usual.len()
    }

    /// Those of a scheme, by its place.
    pub fn of(&self, scheme: usize) -> &[u64] {
        if SCHEMES[scheme].0 == "ketama" { &self.ketama } else { &self.usual }
    }
}

/// What one scheme makes of a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The place of the scheme among all.
    pub scheme: usize,
    /// How many keys moved.
    pub moved: u64,
    /// How many have to.
    pub ideal: u64,
    /// The standard deviation of the loads after it, in per mille of what each should hold by its weight.
    pub deviation: u64,
}

/// What each scheme makes of a change, as far as it can place keys before and after it.
pub fn compare(before: &Scene, after: &Scene, hashes: &Hashes) -> Vec<Compared> {
    let one = |scheme: usize| {
        let hashes = hashes.of(scheme);
        let placed = |scene: &Scene| Placement::new(scene.scheme_at(scheme), &scene.members).ok();
        let (old, new) = (placed(before)?, placed(after)?);
        let moves = measure::moves(&old, &new, hashes);
        let loads = measure::loads(&new, hashes);
        let deviation = (measure::unevenness(&after.members, &loads) * 1_000.0).round() as u64;
        Some(Compared { scheme, moved: moves.moved, ideal: moves.ideal.round() as u64, deviation })
    };
    (0..SCHEMES.len()).filter_map(one).collect()
}
