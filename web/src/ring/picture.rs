//! The picture of a ring lab: the ring, or what would become of it if the pointer let go.

use super::{Held, RingLab, Scene, placed::Placed};
use lightcone_core::placement::Member;
use lightcone_diagram::{HashRing, Point, RingKey, RingMember};
use std::fmt::Write;

/// So many keys are drawn: more cannot be told apart.
pub const DRAWN: usize = 400;
/// Where the newcomer waits.
const WAITS: Point = Point { x: 30.0, y: 30.0 };

/// Whether the newcomer is there.
pub fn is_newcomer(ring: &HashRing, at: Point, reach: f64) -> bool {
    (at.x - WAITS.x).hypot(at.y - WAITS.y) <= 20.0 + reach && ring.side > 0.0
}

/// Whether a point is out of the picture, or as good as.
pub fn is_out(ring: &HashRing, at: Point) -> bool {
    let middle = ring.side / 2.0;
    (at.x - middle).hypot(at.y - middle) > middle + 16.0
}

impl RingLab {
    /// Draws what there is, or would be.
    pub(super) fn draw(&mut self) {
        let preview = self.preview();
        let scene = preview.as_ref().unwrap_or(&self.scene);
        let placed = preview.as_ref().and_then(|scene| Placed::new(scene, self.keys()).ok());
        let was = if preview.is_some() {
            self.placed.as_ref().ok()
        } else {
            self.last.as_ref().and_then(|last| last.was.as_ref().ok())
        };
        let now = if preview.is_some() { placed.as_ref() } else { self.placed.as_ref().ok() };
        self.ring = HashRing {
            side: self.ring.side,
            members: self.members(scene, now),
            points: now.and_then(|now| now.placement.ring()).map(|ring| ring.points().collect()).unwrap_or_default(),
            keys: now.map(|now| self.drawn(now, was)).unwrap_or_default(),
            columns: Vec::new(),
            chosen: self.selected.filter(|_| preview.is_none()),
        };
        let mut svg = self.ring.svg();
        self.newcomer(&mut svg);
        self.svg = svg.into();
    }

    /// Each member where its first point is; where there is no ring, one after the other.
    fn members(&self, scene: &Scene, now: Option<&Placed>) -> Vec<RingMember> {
        let first = |place: usize| {
            let ring = now.and_then(|now| now.placement.ring());
            let own = ring.and_then(|ring| ring.points().find(|(_, owner)| *owner == place));
            own.map_or((u64::MAX / scene.members.len().max(1) as u64).saturating_mul(place as u64), |(at, _)| at)
        };
        let held = self.held.and_then(|held| held.who);
        let joins = scene.members.len() > self.scene.members.len();
        let member = |(place, member): (usize, &Member)| RingMember {
            name: member.name.clone(),
            at: first(place),
            passing: held == Some(place) && !joins || joins && place + 1 == scene.members.len(),
        };
        scene.members.iter().enumerate().map(member).collect()
    }

    fn drawn(&self, now: &Placed, was: Option<&Placed>) -> Vec<RingKey> {
        let key = |(place, at): (usize, &u64)| RingKey {
            at: *at,
            owner: now.owners[place] as usize,
            moved: was.filter(|was| place < was.owners.len()).is_some_and(|was| was.owner(place) != now.owner(place)),
        };
        self.keys().iter().take(DRAWN).enumerate().map(key).collect()
    }

    /// The member that waits to be drawn in, where the pointer has it.
    fn newcomer(&self, svg: &mut String) {
        let held = self.held.filter(|held| held.who.is_none() && !self.ring.is_within(held.at));
        let Point { x, y } = held.map_or(WAITS, |Held { at, .. }| at);
        let name = self.scene.next_name();
        // A String takes all that is written.
        let _ = write!(
            svg,
            r#"<g class="ring-new"><circle cx="{x:.1}" cy="{y:.1}" r="18"/><text x="{x:.1}" y="{y:.1}">+{name}</text></g>"#
        );
    }
}
