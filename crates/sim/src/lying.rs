//! Byzantine servers: what they say instead of what they should, and what they say unasked.

use crate::{
    Manner, Name,
    act::Lasting,
    actors::{Effect, Parcel},
    trace::{Cause, Sink},
    view::EventKind,
    world::{Moved, Site, World},
};
use lightcone_core::NodeId;

impl World {
    pub(crate) fn became_liar(&mut self, site: Site<'_>, node: NodeId, sink: &mut dyn Sink) {
        self.liars.insert(node);
        self.check_faulty(site, sink);
    }

    /// A server becomes Byzantine. If it speaks unasked, it begins at once.
    pub(crate) fn turn_liar(&mut self, site: Site<'_>, id: u32, node: NodeId, manner: Manner, sink: &mut dyn Sink) {
        self.became_liar(site, node, sink);
        if manner != Manner::Unasked || self.slots[node.index()].machine.is_none() {
            return;
        }
        let (name, cause) = (Name::lie(id), Cause::Intervention(id));
        let moved = Moved { node, name, kind: EventKind::Lie, cause, timer: 0 };
        let event = self.events;
        self.events += 1;
        let effects = self.unasked(site, node);
        self.write_down(moved, 0, &effects, sink);
        self.scratch.named.clear();
        for effect in effects {
            self.take_place(site, moved, event, effect, sink);
        }
    }

    /// How a server misbehaves just now, by the latest fault.
    fn manner(&self, node: NodeId) -> Option<Manner> {
        self.active.iter().rev().find_map(|active| match *active.what {
            Lasting::Liar(liar, manner) if liar == node => Some(manner),
            _ => None,
        })
    }

    /// Twists what a Byzantine server was about to do.
    pub(crate) fn twist(&self, site: Site<'_>, moved: Moved, effects: &mut Vec<Effect>) {
        if self.active.is_empty() {
            return;
        }
        let Some(manner) = self.manner(moved.node) else { return };
        let servers = site.setup.servers();
        let spoken = |effect: &Effect| matches!(effect, Effect::Send(to, _) if servers.contains(*to));
        match manner {
            Manner::Delaying => {}
            Manner::Silent => effects.retain(|effect| !spoken(effect)),
            // Woken by a message it only answers: it would drown itself and the others in talk.
            Manner::Unasked if !matches!(moved.kind, EventKind::Deliver) => {
                effects.extend(self.unasked(site, moved.node));
            }
            Manner::Unasked => {}
            Manner::Equivocating | Manner::Lying => {
                for effect in effects.iter_mut() {
                    if let Effect::Send(to, parcel) = effect
                        && servers.contains(*to)
                        && let Some(lie) = self.lie_to(site, moved, *to, parcel, manner)
                    {
                        *parcel = lie;
                    }
                }
            }
        }
    }

    fn lie_to(&self, site: Site<'_>, moved: Moved, to: NodeId, honest: &Parcel, manner: Manner) -> Option<Parcel> {
        let mut lies = self.lies(site, moved.node, to, Some(honest));
        // Who lies says the same to everyone, and never the truth if it can help it; who equivocates also tells the truth.
        let (whom, others) = match manner {
            Manner::Equivocating => (u64::from(to.0) + 1, 1),
            _ => (0, 0),
        };
        let n = lies.len() + others;
        if n == 0 {
            return None;
        }
        let chosen = site.setup.seed.untruth(moved.name, whom ^ honest.key.kind.code.rotate_left(8), n);
        (chosen < lies.len()).then(|| lies.swap_remove(chosen))
    }

    fn lies(&self, site: Site<'_>, node: NodeId, to: NodeId, honest: Option<&Parcel>) -> Vec<Parcel> {
        let slot = &self.slots[node.index()];
        let state = slot.machine.as_ref().expect("whoever speaks is up");
        site.setup.actors.lies(state, node, slot.clock.shows(self.now), to, honest.map(|parcel| &parcel.packet))
    }

    /// All that a server could say to its peers unasked.
    fn unasked(&self, site: Site<'_>, node: NodeId) -> Vec<Effect> {
        let peers = site.setup.servers().iter().filter(|peer| *peer != node);
        peers.flat_map(|to| self.lies(site, node, to, None).into_iter().map(move |lie| Effect::Send(to, lie))).collect()
    }
}
