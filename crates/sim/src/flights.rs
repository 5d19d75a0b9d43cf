//! The messages under way.

use crate::{Disk, Name, actors::Parcel, trace::small};
use lightcone_core::{Micros, NodeId};

/// A message under way.
#[derive(Clone)]
pub struct InFlight {
    /// What it holds.
    pub parcel: Parcel,
    /// Its causal name.
    pub name: Name,
    /// Its place in the trace.
    pub record: u32,
    /// The sender.
    pub from: NodeId,
    /// The receiver.
    pub to: NodeId,
    /// When it was sent.
    pub sent: Micros,
    /// When it arrives, unless it is parked.
    pub arrives: Micros,
    /// If it is parked, how long it still has to fly.
    pub parked: Option<Micros>,
    /// Whether it keeps out of the order of its link.
    pub(crate) unordered: bool,
    /// What crashes its receiver while it handles it.
    pub(crate) crash: Option<MidStep>,
}

impl InFlight {
    /// The intervention that crashes its receiver while it handles it, if one does.
    pub fn crashes(&self) -> Option<u32> {
        self.crash.map(|crash| crash.id)
    }
}

/// A crash within a step: the intervention, after how many effects, and what becomes of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MidStep {
    pub id: u32,
    pub after: u32,
    pub disk: Disk,
}

/// The messages under way, each at a place that stays its own until it is gone.
#[derive(Clone, Default)]
pub(crate) struct Flights {
    places: Vec<Option<InFlight>>,
    free: Vec<u32>,
}

impl Flights {
    pub fn insert(&mut self, flight: InFlight) -> u32 {
        if let Some(place) = self.free.pop() {
            self.places[place as usize] = Some(flight);
            return place;
        }
        self.places.push(Some(flight));
        small(self.places.len() - 1)
    }

    pub fn get_mut(&mut self, place: u32) -> Option<&mut InFlight> {
        self.places[place as usize].as_mut()
    }

    pub fn remove(&mut self, place: u32) -> Option<InFlight> {
        let flight = self.places[place as usize].take();
        if flight.is_some() {
            self.free.push(place);
        }
        flight
    }

    pub fn iter(&self) -> impl Iterator<Item = &InFlight> {
        self.places.iter().flatten()
    }

    /// The places of the messages that `pick` wants, in order of sending.
    pub fn select(&self, pick: impl Fn(&InFlight) -> bool) -> Vec<u32> {
        let mut found: Vec<(u32, u32)> = (0..)
            .zip(&self.places)
            .filter_map(|(place, flight)| flight.as_ref().filter(|f| pick(f)).map(|f| (f.record, place)))
            .collect();
        lightcone_core::order::sort(&mut found);
        found.into_iter().map(|(_, place)| place).collect()
    }
}
