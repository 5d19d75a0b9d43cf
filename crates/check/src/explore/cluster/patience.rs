//! What a search leaves out where links keep no order, because it has the same to show elsewhere.
//!
//! In such a cluster a message can wait for ever, and to be lost is no more than that. From a state in which more messages
//! are under way, all that can happen from the same state with fewer of them can happen, too, and an invariant looks at
//! servers, steps and the observer, never at what is under way. So whatever only takes messages away need not be tried:
//!
//! - *Losses*: the message waits instead. A search of these clusters is one for any number of losses.
//! - *Arrivals that make no difference*: nobody's state, disk or timers change, nothing is sent, and the observer has
//!   nothing to remember. The message waits instead.
//! - *Most crashes within a step*: what the crash leaves is the disk and what is under way. To be cut off after some
//!   effects leaves what to be cut off just before the next write leaves, or what the whole step and a crash after it leave,
//!   but for sends that the longer step has in addition: those wait. Before the first effect of all, the crash alone does
//!   the same, unless time passes until the step. So a step is cut off just before its second and later writes, before its
//!   first if it sent something, and before everything if it had to wait. An observer that sees more sends has more to hold
//!   a server to, not less.
//!
//! The last leaves nothing by which the order of names shows: between two writes all sends took place or none did. So
//! interchangeable servers are so even where they crash.
//!
//! On links that keep order, a message that waits keeps back those behind it. There all of this is tried.

use super::{
    Choice,
    choice::small,
    part::Part,
    state::{Place, State},
};
use lightcone_core::{Effect, NodeId, Protocol};

impl<P: Protocol> State<P> {
    /// After how many of its effects a step is to be cut off, for which time passes or does not.
    pub(super) fn cuts(&self, effects: &[Effect<P>], passes: bool) -> Vec<u16> {
        let all = 0..effects.len();
        if !self.site.patient {
            return all.map(small).collect();
        }
        let write = |place: &usize| matches!(effects[*place], Effect::Persist(_));
        let lasting = |effect: &Effect<P>| matches!(effect, Effect::Persist(_) | Effect::Send { .. });
        let after = all.filter(write).filter(|place| effects[..*place].iter().any(lasting)).map(small);
        passes.then_some(0).into_iter().chain(after).collect()
    }

    /// Whether this is an arrival after which all is as it was, so that the message may as well wait.
    pub(super) fn makes_no_difference(
        &self,
        choice: Choice,
        node: NodeId,
        place: &Part<Place<P>>,
        ghost: &Part<P::Ghost>,
        effects: &[Effect<P>],
    ) -> bool {
        let said = |effect: &Effect<P>| matches!(effect, Effect::Send { .. } | Effect::Complete { .. });
        self.site.patient
            && matches!(choice, Choice::Deliver(_) | Choice::Copy(_))
            && !effects.iter().any(said)
            && place.hash() == self.places[node.index()].hash()
            && ghost.hash() == self.ghost.hash()
    }
}
