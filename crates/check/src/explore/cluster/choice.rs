//! What may happen next in a cluster.

use super::{
    state::{Open, State},
    time::Timing,
};
use crate::history::ServiceOf;
use lightcone_core::{Delivery, NodeId, NodeKind, Op, OpId, Order, Packet, Protocol, Service};

/// One thing that may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Choice {
    /// A message arrives; by its place among those under way.
    Deliver(u16),
    /// A message is lost.
    Lose(u16),
    /// A message arrives, and will arrive again.
    Copy(u16),
    /// A timer fires; by its place among those of its node.
    Fire(NodeId, u16),
    /// A server crashes.
    Crash(NodeId),
    /// A server crashes while it handles a message; by the message.
    CrashAt(u16),
    /// A server crashes while it handles a timer.
    CrashIn(NodeId, u16),
    /// A server starts again.
    Restart(NodeId),
    /// A client asks for an operation; by its place among those that it could ask for.
    Ask(NodeId, u16),
    /// A local event; by its place among those of the protocol.
    Stimulus(u16),
    /// A liar says something unasked; by its place among its lies to a peer.
    Lie(NodeId, NodeId, u16),
    /// A message of a liar says something else; by the place of the lie.
    Twist(u16, u16),
    /// The choice that a step waits for.
    Pick(u16),
    /// The step that is cut off does so many of its effects.
    Cut(u16),
    /// What clocks are like from here on; by the place of that among all that they could be like.
    Clocks(u16),
}

pub(super) fn small(place: usize) -> u16 {
    u16::try_from(place).expect("a cluster that is searched is small")
}

impl<P: Protocol> State<P> {
    /// All that may happen next.
    pub(super) fn all_choices(&self) -> Vec<Choice> {
        let mut all = Vec::new();
        match &self.open {
            Open::Nothing => {
                self.messages(&mut all);
                self.nodes(&mut all);
                self.clients(&mut all);
                self.lies(&mut all);
            }
            Open::Pick { of, .. } => all.extend((0..*of).map(Choice::Pick)),
            Open::Cut { at, .. } => all.extend(at.iter().copied().map(Choice::Cut)),
            Open::Clocks => {
                let ways = self.site.timing.as_ref().map_or(1, Timing::ways);
                all.extend((0..ways).map(Choice::Clocks));
            }
        }
        all
    }

    fn messages(&self, all: &mut Vec<Choice>) {
        let fifo = self.site.order == Order::Fifo;
        let lossy = P::ABOUT.assumptions.delivery != Delivery::Reliable;
        for (place, flight) in self.flights.iter().enumerate() {
            let before = place.checked_sub(1).map(|before| &self.flights[before]);
            if fifo && before.is_some_and(|before| before.link() == flight.link()) {
                continue;
            }
            // Of equal messages one is enough.
            if before.is_some_and(|before| before.same(flight)) {
                continue;
            }
            let nth = small(place);
            if self.places[flight.to.index()].machine.is_some() {
                all.push(Choice::Deliver(nth));
                if lossy && self.left.copies > 0 {
                    all.push(Choice::Copy(nth));
                }
                if self.may_crash(flight.to) {
                    all.push(Choice::CrashAt(nth));
                }
            }
            if self.site.patient {
                // It need not be lost: it may wait for ever.
                continue;
            }
            let silent = self.liars.contains(flight.from);
            if silent || lossy && self.left.losses > 0 || self.places[flight.to.index()].machine.is_none() {
                all.push(Choice::Lose(nth));
            }
        }
    }

    fn nodes(&self, all: &mut Vec<Choice>) {
        for (node, place) in self.places() {
            if place.machine.is_none() {
                all.extend(place.down.then_some(Choice::Restart(node)));
                continue;
            }
            if self.left.timeouts > 0 {
                all.extend((0..place.timers.len()).map(|timer| Choice::Fire(node, small(timer))));
            }
            if self.may_crash(node) {
                all.push(Choice::Crash(node));
                if self.left.timeouts > 0 {
                    all.extend((0..place.timers.len()).map(|timer| Choice::CrashIn(node, small(timer))));
                }
            }
        }
        if self.left.stimuli > 0 {
            let up = |node: NodeId| self.places[node.index()].machine.is_some();
            let stimuli = self.site.stimuli.iter().enumerate().filter(|(_, stimulus)| up(stimulus.node));
            all.extend(stimuli.map(|(place, _)| Choice::Stimulus(small(place))));
        }
    }

    fn may_crash(&self, node: NodeId) -> bool {
        self.left.crashes > 0 && self.site.cluster.servers.contains(node)
    }

    fn clients(&self, all: &mut Vec<Choice>) {
        if self.left.requests == 0 {
            return;
        }
        for (node, _) in self.places().filter(|(node, _)| self.is_client(*node)) {
            let (asked, waits) = self.history.of(node);
            if !waits {
                let few = self.few(OpId { client: node, serial: asked + 1 }).len();
                all.extend((0..few).map(|op| Choice::Ask(node, small(op))));
            }
        }
    }

    fn is_client(&self, node: NodeId) -> bool {
        self.site.cluster.specs[node.index()].kind == NodeKind::Client
    }

    fn lies(&self, all: &mut Vec<Choice>) {
        if self.left.lies == 0 {
            return;
        }
        let servers = self.site.cluster.servers;
        for liar in servers.iter().filter(|node| self.may_lie(*node)) {
            for peer in servers.iter().filter(|peer| *peer != liar) {
                let lies = self.lies_of(liar, peer, None).len();
                all.extend((0..lies).map(|lie| Choice::Lie(liar, peer, small(lie))));
            }
        }
        for (place, flight) in self.flights.iter().enumerate() {
            let Packet::Message(honest) = &*flight.packet else { continue };
            if self.may_lie(flight.from) {
                let lies = self.lies_of(flight.from, flight.to, Some(honest)).len();
                all.extend((0..lies).map(|lie| Choice::Twist(small(place), small(lie))));
            }
        }
    }

    fn may_lie(&self, node: NodeId) -> bool {
        self.site.cluster.servers.contains(node)
            && self.places[node.index()].machine.is_some()
            && (self.liars.contains(node) || self.liars.len() < self.site.liars)
    }

    /// A choice in words, before it is made.
    pub fn words(&self, choice: Choice) -> String {
        let name = |node: NodeId| &*self.site.cluster.specs[node.index()].name;
        let message = |place: u16| {
            let flight = &self.flights[usize::from(place)];
            format!("{} from {} to {}", flight.packet.key(), name(flight.from), name(flight.to))
        };
        let timer = |node: NodeId, place: u16| match &self.places[node.index()].timers[usize::from(place)].timer {
            lightcone_core::TimerOf::Node(timer) => format!("{timer:?} of {}", name(node)),
            lightcone_core::TimerOf::Client(timer) => format!("{timer:?} of {}", name(node)),
        };
        match choice {
            Choice::Deliver(place) => format!("{} arrives", message(place)),
            Choice::Lose(place) => format!("{} is lost", message(place)),
            Choice::Copy(place) => format!("{} arrives, and will arrive again", message(place)),
            Choice::Fire(node, place) => format!("{} fires", timer(node, place)),
            Choice::Crash(node) => format!("{} crashes", name(node)),
            Choice::CrashAt(place) => format!("its receiver crashes while it handles {}", message(place)),
            Choice::CrashIn(node, place) => format!("{} crashes when {} fires", name(node), timer(node, place)),
            Choice::Restart(node) => format!("{} restarts", name(node)),
            Choice::Ask(node, place) => {
                let op = &self.few(self.next_op(node))[usize::from(place)];
                format!("{} is asked: {}", name(node), ServiceOf::<P>::op_words(op))
            }
            Choice::Stimulus(place) => {
                let stimulus = &self.site.stimuli[usize::from(place)];
                format!("{}: {}", name(stimulus.node), stimulus.label)
            }
            Choice::Lie(liar, peer, nth) => format!("{} says lie {} to {}", name(liar), nth + 1, name(peer)),
            Choice::Twist(place, nth) => format!("{} becomes lie {}", message(place), nth + 1),
            Choice::Pick(nth) => format!("it picks {nth}"),
            Choice::Cut(after) => format!("after {after} of its effects"),
            Choice::Clocks(way) => {
                self.site.timing.as_ref().map_or_else(String::new, |timing| timing.words(way, &self.site))
            }
        }
    }

    /// The operations that a client may try.
    pub(super) fn few(&self, id: OpId) -> Vec<Op<P>> {
        P::few(&self.site.cluster.config, id)
    }

    pub(super) fn next_op(&self, client: NodeId) -> OpId {
        OpId { client, serial: self.history.of(client).0 + 1 }
    }
}
