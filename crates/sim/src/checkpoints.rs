//! Sparse checkpoints of a run within a budget: the longer the run, the sparser they are.

use crate::world::World;
use lightcone_core::Micros;

/// The first checkpoints are so many events apart.
const SPACING: u32 = 512;
/// So many are kept. When there are more, every other one goes, and from then on they are twice as far apart.
const MOST: usize = 256;

/// Worlds of one run, in order; the first one is that before anything has happened.
#[derive(Clone)]
pub(crate) struct Checkpoints {
    worlds: Vec<World>,
    spacing: u32,
}

impl Checkpoints {
    pub fn new(start: &World) -> Self {
        Checkpoints { worlds: vec![start.clone()], spacing: SPACING }
    }

    /// Whether a world is far enough from the last one.
    pub fn are_due(&self, world: &World) -> bool {
        world.events >= self.worlds.last().map_or(0, |last| last.events) + self.spacing
    }

    pub fn keep(&mut self, world: &World) {
        self.worlds.push(world.clone());
        if self.worlds.len() > MOST {
            let mut place = 0;
            self.worlds.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.spacing *= 2;
        }
    }

    /// The last one with at most so many events.
    pub fn before(&self, events: u32) -> &World {
        let after = self.worlds.partition_point(|world| world.events <= events);
        &self.worlds[after - 1]
    }

    /// Lets go of all that are not before `first`, but for the one at the start.
    pub fn go_back(&mut self, first: Micros) {
        let kept = self.worlds.partition_point(|world| world.now < first).max(1);
        self.worlds.truncate(kept);
    }

    pub fn last(&self) -> &World {
        self.worlds.last().expect("the start is always kept")
    }

    pub fn each(&mut self) -> impl Iterator<Item = &mut World> {
        self.worlds.iter_mut()
    }

    pub fn len(&self) -> usize {
        self.worlds.len()
    }
}
