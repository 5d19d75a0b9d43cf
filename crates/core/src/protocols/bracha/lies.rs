//! What a Byzantine server can say.

use super::{Bracha, BroadcastId, Message, Word};
use crate::{LieCtx, NodeId, Sorted};

impl Bracha {
    /// The broadcasts that this server knows of, its own and others'.
    pub(super) fn known(&self) -> impl Iterator<Item = BroadcastId> {
        let of = |(origin, numbers): (NodeId, &Sorted<u64, _>)| {
            numbers.keys().map(|number| BroadcastId { origin, number: *number }).collect::<Vec<_>>()
        };
        self.instances.iter().flat_map(of)
    }

    /// Instead of the honest message, the same about the other word, which makes it two-faced if others hear the honest
    /// one. Unasked, whatever it likes about any broadcast that it knows of, and about its own next one.
    ///
    /// It cannot begin a broadcast in another's name, because links say who sent; nor does it speak of others'
    /// broadcasts before it has heard of them, because it can say all of that later to the same effect.
    pub(super) fn lie(&self, ctx: &LieCtx<'_, Self>, honest: Option<&Message>) -> Vec<Message> {
        if let Some(honest) = honest {
            return vec![honest.with(honest.word().other())];
        }
        let own = |number| BroadcastId { origin: ctx.me(), number };
        let next = own(self.broadcasts.last_index() + 1);
        let mut all: Vec<BroadcastId> = self.known().filter(|id| *id != next).collect();
        all.push(next);
        let of = |id: BroadcastId| {
            let initials = Word::ALL.map(|word| Message::Initial { number: id.number, word });
            let votes = Word::ALL.map(|word| [Message::Echo { id, word }, Message::Ready { id, word }]);
            let initials = if id.origin == ctx.me() { initials.to_vec() } else { Vec::new() };
            initials.into_iter().chain(votes.into_iter().flatten())
        };
        all.into_iter().flat_map(of).collect()
    }
}
