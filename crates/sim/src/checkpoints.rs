//! Sparse checkpoints of a run within a budget: the longer the run, the sparser they are.

use crate::world::World;
use lightcone_core::Micros;

/// The first checkpoints are so many events apart.
const SPACING: u32 = 512;
/// One near an edit is worth keeping from so many events after the last one on.
const NEAR: u32 = 16;
/// So many are kept. When there are more, every other one goes, and from then on they are twice as far apart.
pub(crate) const MOST: usize = 256;

/// Worlds of one run, in order; the first one is that before anything has happened.
#[derive(Clone)]
pub(crate) struct Checkpoints {
    worlds: Vec<World>,
    spacing: u32,
    /// The place of the one near the last edit, of which there is one at most.
    near: Option<usize>,
}

impl Checkpoints {
    pub fn new(start: &World) -> Self {
        Checkpoints { worlds: vec![start.clone()], spacing: SPACING, near: None }
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
            self.near = None;
        }
    }

    /// Keeps a world beside the regular ones, and lets go of the one that was kept so before.
    pub fn keep_near(&mut self, world: &World) {
        if world.events < self.last().events + NEAR {
            return;
        }
        if let Some(old) = self.near.take() {
            self.worlds.remove(old);
        }
        if self.worlds.len() < MOST {
            self.near = Some(self.worlds.len());
            self.worlds.push(world.clone());
        }
    }

    /// Those before an instant, and the one at the start.
    pub fn until(&self, at: Micros) -> Self {
        let kept = self.before_instant(at);
        let near = self.near.filter(|near| *near < kept);
        Checkpoints { worlds: self.worlds[..kept].to_vec(), spacing: self.spacing, near }
    }

    fn before_instant(&self, at: Micros) -> usize {
        self.worlds.partition_point(|world| world.now < at).max(1)
    }

    /// The last one with at most so many events.
    pub fn before(&self, events: u32) -> &World {
        let after = self.worlds.partition_point(|world| world.events <= events);
        &self.worlds[after - 1]
    }

    /// Lets go of all that are not before `first`, but for the one at the start.
    pub fn go_back(&mut self, first: Micros) {
        let kept = self.before_instant(first);
        self.worlds.truncate(kept);
        self.near.take_if(|near| *near >= kept);
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
