//! Messages by kind.

use super::numbers::Within;
use crate::{
    trace::{Message, Trace},
    view::{Fate, Loss},
};
use lightcone_core::{Flavour, Kind};
use serde::Serialize;
use std::collections::BTreeMap;

/// The messages that were sent in a window, with all that became of them later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Messages {
    /// All of them.
    pub total: Tally,
    /// Those that carry data to be stored or delivered. The engine does not know how many log entries each one holds.
    pub carry: Tally,
    /// Those that come again and again while nothing happens, such as heartbeats.
    pub periodic: Tally,
    /// One for each kind, by name. A kind of two flavours is told apart: heartbeats from those that take entries along.
    pub by_kind: Vec<KindCount>,
}

/// The messages of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KindCount {
    /// The name of the kind.
    pub kind: &'static str,
    /// What such a message does.
    pub flavour: Flavour,
    /// How many.
    pub tally: Tally,
}

/// What became of messages: those sent and the copies were delivered, lost, or are under way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many participants sent.
    pub sent: u64,
    /// How many more faults made of them, as duplicates.
    pub copies: u64,
    /// How many were handled.
    pub delivered: u64,
    /// How many were lost, by reason.
    pub lost: Losses,
    /// How many fly, are parked, or wait at their receiver at the end of what is computed.
    pub under_way: u64,
}

/// Lost messages by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Losses {
    /// The link loses messages at random.
    pub chance: u64,
    /// A partition or cut.
    pub cut: u64,
    /// Someone dropped them.
    pub dropped: u64,
    /// The receiver was down.
    pub receiver_down: u64,
    /// A fault loses messages at random.
    pub lossy: u64,
    /// Too many waited before the link.
    pub link_full: u64,
    /// Too many waited at the receiver.
    pub inbox_full: u64,
}

impl Losses {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.each().iter().map(|(count, _)| count).sum()
    }

    /// Each reason in words.
    pub fn each(&self) -> [(u64, &'static str); 7] {
        [
            (self.chance, "by chance"),
            (self.cut, "at a cut"),
            (self.dropped, "dropped"),
            (self.receiver_down, "at a receiver that was down"),
            (self.lossy, "on a lossy link"),
            (self.link_full, "before a full link"),
            (self.inbox_full, "at a full inbox"),
        ]
    }

    fn add(&mut self, loss: Loss) {
        *match loss {
            Loss::Chance => &mut self.chance,
            Loss::Cut(_) => &mut self.cut,
            Loss::Dropped(_) => &mut self.dropped,
            Loss::ReceiverDown | Loss::InCrash => &mut self.receiver_down,
            Loss::Lossy(_) => &mut self.lossy,
            Loss::LinkFull => &mut self.link_full,
            Loss::InboxFull => &mut self.inbox_full,
        } += 1;
    }
}

impl Tally {
    fn add(&mut self, message: &Message) {
        *if message.copy { &mut self.copies } else { &mut self.sent } += 1;
        match message.fate {
            Fate::Delivered(_) => self.delivered += 1,
            Fate::Lost(loss) => self.lost.add(loss),
            Fate::Flying | Fate::Parked | Fate::Waiting => self.under_way += 1,
        }
    }
}

/// Kinds in a stable order: by name, then by flavour.
pub(super) fn order(kind: &Kind) -> (&'static str, u8) {
    (kind.name, kind.flavour as u8)
}

pub(super) fn messages(trace: &Trace, within: Within) -> Messages {
    let mut found = Messages::default();
    let mut kinds: BTreeMap<_, KindCount> = BTreeMap::new();
    for message in within.of(&trace.messages, |message| message.sent) {
        let kind = message.key.kind;
        let empty = || KindCount { kind: kind.name, flavour: kind.flavour, tally: Tally::default() };
        kinds.entry(order(kind)).or_insert_with(empty).tally.add(message);
        found.total.add(message);
        match kind.flavour {
            Flavour::Carry => found.carry.add(message),
            Flavour::Periodic => found.periodic.add(message),
            _ => {}
        }
    }
    found.by_kind = kinds.into_values().collect();
    found
}
