//! What a person, a scenario or chaos does to a run: data, each at an instant, on a named message or timer, or on a
//! condition.

use crate::{Bandwidth, Condition, Latency, Links, Name, Selector};
use lightcone_core::Micros;

/// One thing done to a run.
///
/// Participants and operations are in their text form, so that an intervention outlives a change of settings: one that
/// no longer applies is kept and reported as idle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intervention {
    /// Its own number in the scenario. It never changes and is never used again, since causal names grow from it.
    pub id: u32,
    /// When it happens.
    pub when: When,
    /// When it ends, if it lasts.
    pub until: Until,
    /// What happens.
    pub fault: Fault,
}

/// When an intervention happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// At an instant, before everything else of that instant.
    At(Micros),
    /// To a message or timer, or in the step that handles it.
    On {
        /// Which one.
        selector: Selector,
        /// Its causal name when this was written, as a check.
        name: Option<Name>,
    },
    /// Right after the step that meets a condition. A fault's participant `it` is then the one that took the step, `peer`
    /// the other end of the message that it was about.
    If(Condition),
}

/// When a lasting fault ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Until {
    /// With the run, or with the next `heal`.
    #[default]
    End,
    /// At this instant.
    At(Micros),
    /// So long after its start.
    For(Micros),
}

/// The participant that took the step that met a condition.
pub const IT: &str = "it";
/// The other end of the message that the step was about.
pub const PEER: &str = "peer";

/// What is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Lets the selected message fly for so long, or the selected timer run for so long on its node's clock.
    Move {
        /// How long.
        to: Micros,
    },
    /// Drops the selected message.
    Drop,
    /// Sends a copy of the selected message, which flies by itself.
    Duplicate,
    /// Replaces the selected message by something else that its sender could have said.
    Lie {
        /// Which of the things that the protocol knows to lie, from 1.
        nth: u32,
    },
    /// Keeps groups of participants apart while it lasts. Whoever is in no group is with the first.
    Partition {
        /// The groups, by name.
        groups: Vec<Vec<String>>,
        /// What becomes of messages across.
        across: Across,
    },
    /// Closes links while it lasts.
    Cut {
        /// Which.
        links: Links,
        /// What becomes of messages on them.
        across: Across,
    },
    /// Makes messages sent while it lasts fly longer.
    Slow {
        /// On which links.
        links: Links,
        /// By how much.
        by: Latency,
    },
    /// Loses messages sent while it lasts at random.
    Lossy {
        /// On which links.
        links: Links,
        /// How many of them, in per cent.
        percent: u8,
    },
    /// Delivers some of the messages sent while it lasts twice.
    Copying {
        /// On which links.
        links: Links,
        /// How many of them, in per cent.
        percent: u8,
    },
    /// Lets only so many messages into links while it lasts.
    Clog {
        /// Which.
        links: Links,
        /// How many.
        bandwidth: Bandwidth,
    },
    /// Delays each message sent while it lasts by itself, out of order even where links are FIFO.
    Reorder {
        /// On which links.
        links: Links,
        /// By how much at most.
        by: Micros,
    },
    /// Ends every lasting fault in force but [`Fault::Hold`].
    Heal,
    /// Crashes a participant.
    Crash {
        /// Who.
        node: String,
        /// What becomes of its disk.
        disk: Disk,
        /// In the selected step, or in the first one from an instant on, after so many of its effects. A condition is
        /// met by a step that has ended, or by an effect itself: there this is not given.
        after: Option<u32>,
    },
    /// Starts a crashed participant again.
    Restart {
        /// Who.
        node: String,
    },
    /// Stops a participant while it lasts: it does nothing, then everything that came meanwhile, in order of arrival.
    Pause {
        /// Who.
        node: String,
    },
    /// Sets a clock forward, and lets it run fast or slow while it lasts.
    Clock {
        /// Whose.
        node: String,
        /// By how much it is set forward.
        ahead: Micros,
        /// How much it gains, in parts per million; more than −1,000,000.
        drift: i32,
    },
    /// Makes a server Byzantine while it lasts.
    Byzantine {
        /// Who.
        node: String,
        /// How it misbehaves.
        manner: Manner,
    },
    /// A participant that was not there at the start joins.
    Join {
        /// Who.
        node: String,
    },
    /// A participant leaves for good.
    Leave {
        /// Who.
        node: String,
    },
    /// Asks a client for an operation.
    Request {
        /// Whom.
        client: String,
        /// The operation in its text form: `put x 3`.
        op: String,
    },
    /// Causes a local event at a server.
    Local {
        /// Where.
        node: String,
        /// Its label, one of the protocol's stimuli.
        what: String,
    },
    /// Holds everything while it lasts: nothing is delivered and nothing fires but what an intervention delivers or fires.
    Hold,
    /// Delivers a message that is under way, now; if it is gone, a copy of it that is under way.
    Deliver {
        /// Which.
        message: Selector,
    },
    /// Fires an armed timer, now.
    Fire {
        /// Which: its repetition does not matter.
        timer: Selector,
    },
}

/// What becomes of messages that a partition or cut catches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Across {
    /// They are lost.
    #[default]
    Lost,
    /// They wait, and go on when it heals.
    Held,
}

/// What becomes of the disk of a participant that crashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disk {
    /// It keeps what was last written.
    #[default]
    Kept,
    /// The last write is lost, and the one before is there.
    LastWriteLost,
    /// All is lost: amnesia.
    Lost,
}

/// How a Byzantine server misbehaves. It never forges another's signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Manner {
    /// It sends nothing.
    Silent,
    /// It says different things to different peers.
    #[default]
    Equivocating,
    /// It says the same wrong thing to everyone.
    Lying,
    /// It sends everything later.
    Delaying,
    /// It also says things unasked: when it starts to misbehave, and whenever something else than a message wakes it.
    Unasked,
}

impl Intervention {
    /// Something done at an instant; if it lasts, it lasts to the end.
    pub fn at(id: u32, at: Micros, fault: Fault) -> Self {
        Intervention { id, when: When::At(at), until: Until::End, fault }
    }

    /// Something done to a selected message or timer.
    pub fn on(id: u32, selector: Selector, fault: Fault) -> Self {
        Intervention { id, when: When::On { selector, name: None }, until: Until::End, fault }
    }

    /// Something done on a condition.
    pub fn when(id: u32, condition: Condition, fault: Fault) -> Self {
        Intervention { id, when: When::If(condition), until: Until::End, fault }
    }

    /// The same with another end.
    pub fn until(self, until: Until) -> Self {
        Intervention { until, ..self }
    }

    /// When it starts, if that is an instant.
    pub fn start(&self) -> Option<Micros> {
        match self.when {
            When::At(at) => Some(at),
            When::On { .. } | When::If(_) => None,
        }
    }

    /// When it ends if it starts at `start`, by its own word; if it does not last, or has no end, nothing.
    pub fn end_from(&self, start: Micros) -> Option<Micros> {
        match self.until {
            _ if !self.fault.lasts() => None,
            Until::End => None,
            Until::At(end) => Some(end.max(start)),
            Until::For(length) => Some(start.plus(length)),
        }
    }
}
