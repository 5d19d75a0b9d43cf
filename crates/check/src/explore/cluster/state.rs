//! The state of a cluster that is searched.

use super::{super::hash_of, Bounds, Choice, Site, history::History, part::Part, time::Armed};
use crate::history::ServiceOf;
use lightcone_core::{LieCtx, Machine, Micros, Model, NodeId, NodeSet, Order, Packet, Protocol};
use lightcone_sim::Clock;
use serde::Serialize;
use std::{
    hash::{Hash, Hasher},
    rc::Rc,
};

/// A cluster at one point of a search.
pub struct State<P: Protocol> {
    pub(super) site: Rc<Site<P>>,
    pub(super) places: Vec<Part<Place<P>>>,
    /// In the order of receivers and senders; on one link in the order of sending where that counts, else by hash.
    pub(super) flights: Vec<Flight<P>>,
    /// How many messages were sent on the way here.
    pub(super) sent: u32,
    pub(super) ghost: Part<P::Ghost>,
    pub(super) history: Part<History<ServiceOf<P>>>,
    pub(super) liars: NodeSet,
    /// What may still happen.
    pub(super) left: Bounds,
    /// Where servers look at their clocks, what time it is, and the clock of each participant; else zero, and none.
    pub(super) now: Micros,
    pub(super) clocks: Rc<[Clock]>,
    /// What a step waits for.
    pub(super) open: Open,
    /// If the last choice was a lie, which. No choice depends on it.
    pub(super) lied: Option<u64>,
    pub(super) broken: Option<Rc<str>>,
}

/// A participant's place.
#[derive(Hash, Serialize)]
#[serde(bound = "")]
pub(super) struct Place<P: Protocol> {
    /// Its state, while it is up.
    pub machine: Option<Rc<Machine<P>>>,
    /// What it last wrote to its disk.
    pub disk: Option<Rc<P>>,
    /// Its armed timers, sorted.
    pub timers: Vec<Armed<P>>,
    /// Whether it has crashed and may come back.
    pub down: bool,
}

impl<P: Protocol> Clone for Place<P> {
    fn clone(&self) -> Self {
        let Place { machine, disk, timers, down } = self;
        Place { machine: machine.clone(), disk: disk.clone(), timers: timers.clone(), down: *down }
    }
}

/// A message under way.
pub(super) struct Flight<P: Protocol> {
    pub from: NodeId,
    pub to: NodeId,
    /// How many messages were sent before it on the way here. No choice depends on it.
    pub sent: u32,
    pub packet: Part<Packet<P>>,
}

impl<P: Protocol> Clone for Flight<P> {
    fn clone(&self) -> Self {
        Flight { from: self.from, to: self.to, sent: self.sent, packet: self.packet.clone() }
    }
}

impl<P: Protocol> Flight<P> {
    pub fn same(&self, other: &Self) -> bool {
        (self.link(), self.packet.hash()) == (other.link(), other.packet.hash())
    }

    /// The receiver and the sender.
    pub fn link(&self) -> (NodeId, NodeId) {
        (self.to, self.from)
    }
}

/// What a step waits for before it takes place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Open {
    /// It waits for nothing.
    Nothing,
    /// For one of so many alternatives. What was to happen, and what was picked before.
    Pick { choice: Choice, cut: Option<u16>, picks: Vec<u32>, of: u16 },
    /// For after how many of its effects it is cut off: one of these numbers.
    Cut { choice: Choice, picks: Vec<u32>, at: Vec<u16> },
    /// For what clocks are like.
    Clocks,
}

impl<P: Protocol> Clone for State<P> {
    fn clone(&self) -> Self {
        State {
            site: self.site.clone(),
            places: self.places.clone(),
            flights: self.flights.clone(),
            sent: self.sent,
            ghost: self.ghost.clone(),
            history: self.history.clone(),
            liars: self.liars,
            left: self.left,
            now: self.now,
            clocks: self.clocks.clone(),
            open: self.open.clone(),
            lied: self.lied,
            broken: self.broken.clone(),
        }
    }
}

impl<P: Protocol> Hash for State<P> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.places.hash(state);
        for flight in &self.flights {
            (flight.from, flight.to, flight.packet.hash()).hash(state);
        }
        (self.ghost.hash(), self.history.hash(), self.liars, &self.open).hash(state);
        // What a step broke may not show in what it came to.
        (self.left, self.now, &self.clocks, self.broken.is_some()).hash(state);
    }
}

impl<P: Protocol> State<P> {
    pub(super) fn first(site: Rc<Site<P>>, left: Bounds) -> Self {
        let nobody = |_| Part::new(Place { machine: None, disk: None, timers: Vec::new(), down: false });
        let places = (0..site.cluster.specs.len()).map(nobody).collect();
        let mut state = State::nothing(site, left, places);
        let specs = state.site.clone();
        for (node, spec) in (0..).map(NodeId).zip(&specs.cluster.specs) {
            if !spec.late {
                state.begin(node);
            }
        }
        state.begin_time();
        state
    }

    /// Participants to whom nothing has happened.
    pub(super) fn nothing(site: Rc<Site<P>>, left: Bounds, places: Vec<Part<Place<P>>>) -> Self {
        State {
            places,
            site,
            flights: Vec::new(),
            sent: 0,
            ghost: Part::new(P::Ghost::default()),
            history: Part::new(History::default()),
            liars: NodeSet::new(),
            left,
            now: Micros::ZERO,
            clocks: Rc::default(),
            open: Open::Nothing,
            lied: None,
            broken: None,
        }
    }

    pub(super) fn places(&self) -> impl Iterator<Item = (NodeId, &Place<P>)> {
        (0..).map(NodeId).zip(self.places.iter().map(|place| &**place))
    }

    /// The state of a server that is up.
    pub fn node(&self, node: NodeId) -> Option<&P> {
        self.places[node.index()].machine.as_ref()?.node()
    }

    /// What a server could lie.
    pub(super) fn lies_of(&self, liar: NodeId, to: NodeId, honest: Option<&P::Message>) -> Vec<P::Message> {
        let ctx = LieCtx::new(liar, &self.site.cluster, self.shows(liar, self.now));
        self.node(liar).map(|node| node.lies(&ctx, to, honest)).unwrap_or_default()
    }

    pub(super) fn send(&mut self, from: NodeId, to: NodeId, packet: Part<Packet<P>>) {
        let flight = Flight { from, to, sent: self.sent, packet };
        self.sent += 1;
        let before = |other: &Flight<P>| {
            let link = other.link().cmp(&flight.link());
            match self.site.order {
                Order::Fifo => link.is_le(),
                Order::Any => link.then(other.packet.hash().cmp(&flight.packet.hash())).is_le(),
            }
        };
        let place = self.flights.partition_point(before);
        self.flights.insert(place, flight);
    }

    pub(super) fn change(&mut self, node: NodeId, change: impl FnOnce(&mut Place<P>)) {
        let mut place = Place::clone(&self.places[node.index()]);
        change(&mut place);
        self.places[node.index()] = Part::new(place);
    }
}

impl<P: Protocol> Model for State<P> {
    type Choice = Choice;

    fn choices(&self) -> Vec<Choice> {
        self.all_choices()
    }

    fn apply(&mut self, choice: &Choice) {
        self.happen(*choice);
    }

    fn class(&self) -> Option<u64> {
        let symmetry = self.site.symmetry.as_ref().filter(|_| self.open == Open::Nothing)?;
        Some(symmetry.class(self))
    }

    fn parts(&self) -> Vec<u64> {
        if self.open != Open::Nothing {
            return Vec::new();
        }
        let Bounds { crashes, losses, copies, lies, .. } = self.left;
        let faults = hash_of(&(crashes, losses, copies, lies, &self.clocks));
        let places = (0_u64..).zip(&self.places).map(|(node, place)| hash_of(&(node, place.hash(), faults)));
        // A lie changes nobody until it arrives, and is a part of its own until then or until something else happens.
        places.chain(self.lied).collect()
    }

    fn violation(&self) -> Option<String> {
        self.broken.as_ref().map(ToString::to_string)
    }

    fn label(&self, choice: &Choice) -> String {
        self.words(*choice)
    }
}
