//! The theorems of the paper, watched from outside.

use super::{Hlc, Time};
use crate::{Breach, Input, Invariant, NodeId, Packet, Sight, Sorted, StepSeen};
use serde::{Deserialize, Serialize};

/// What the observer remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ghost {
    /// The last event of each process.
    last: Sorted<NodeId, Known>,
    /// The event before that of the process that moved.
    before: Option<Known>,
    /// By sender and timestamp: the events that sent messages.
    sent: Sorted<(NodeId, Time), Known>,
}

/// An event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Known {
    /// The timestamp that it was given.
    time: Time,
    /// The greatest physical clock among the events that happened before it, itself included.
    greatest: u64,
    /// The length of the longest chain of events since a clock showed that.
    chain: u64,
}

impl Ghost {
    pub(super) fn witness(&mut self, step: &StepSeen<'_, Hlc>) {
        let Some(input) = step.input else { return };
        self.before = self.last.get(&step.node).copied();
        let sending = match input {
            Input::Packet { from, packet: Packet::Message(time) } => self.sent.get(&(*from, *time)).copied(),
            _ => None,
        };
        let causes = || self.before.into_iter().chain(sending);
        let heard = causes().map(|cause| cause.greatest).max().unwrap_or(0);
        let greatest = heard.max(step.after.pt);
        let chain = causes().filter(|cause| cause.greatest == greatest).map(|cause| cause.chain + 1).max();
        // A clock that still shows 0 shows what it showed before the first event.
        let chain = chain.unwrap_or(u64::from(greatest == 0));
        let known = Known { time: step.after.time, greatest, chain };
        self.last.insert(step.node, known);
        for (_, time) in step.sends() {
            self.sent.insert((step.node, *time), known);
        }
    }
}

pub(super) const ALL: &[Invariant<Hlc>] = &[
    Invariant {
        name: "Clock Condition",
        words: "What happened before an event has a lesser timestamp.",
        place: "Kulkarni et al. 2014, Theorem 1",
        check: timestamps_ascend,
    },
    Invariant {
        name: "Nearest Clock",
        words: "l is the greatest physical clock that an event could know of, its own included.",
        place: "Kulkarni et al. 2014, Theorems 2 and 3",
        check: l_is_a_clock,
    },
    Invariant {
        name: "Bounded Drift",
        words: "l is ahead of the physical clock by no more than clocks stand apart.",
        place: "Kulkarni et al. 2014, Corollary 1",
        check: l_is_near,
    },
    Invariant {
        name: "Bounded Counter",
        words: "c counts a chain of events since l was read off a clock, and nothing else.",
        place: "Kulkarni et al. 2014, Theorem 4",
        check: c_counts_a_chain,
    },
];

/// The event of this step.
fn now(sight: &Sight<'_, Hlc>) -> Option<Known> {
    sight.step.input?;
    sight.ghost.last.get(&sight.step.node).copied()
}

fn timestamps_ascend(sight: &Sight<'_, Hlc>) -> Result<(), Breach> {
    let Some(Known { time, .. }) = now(sight) else { return Ok(()) };
    let (node, me) = (sight.step.node, sight.name(sight.step.node));
    if let Some(before) = sight.ghost.before.filter(|before| before.time >= time) {
        return Breach::found(&[node], format!("{me} has an event at {time} after one at {}", before.time));
    }
    if let Some((to, said)) = sight.step.sends().find(|(_, said)| **said != time) {
        let words = format!("{me} sent {} a message at {time}, but the message says {said}", sight.name(to));
        return Breach::found(&[node, to], words);
    }
    match sight.step.input {
        Some(Input::Packet { from, packet: Packet::Message(sent) }) if *sent >= time => {
            let words = format!("{me} received at {time} what {} sent at {sent}", sight.name(*from));
            Breach::found(&[*from, node], words)
        }
        _ => Ok(()),
    }
}

fn l_is_a_clock(sight: &Sight<'_, Hlc>) -> Result<(), Breach> {
    match now(sight) {
        Some(Known { time, greatest, .. }) if time.l != greatest => {
            let me = sight.name(sight.step.node);
            let words =
                format!("{me} has l = {}, and the greatest clock that it could know of showed {greatest}", time.l);
            Breach::found(&[sight.step.node], words)
        }
        _ => Ok(()),
    }
}

fn l_is_near(sight: &Sight<'_, Hlc>) -> Result<(), Breach> {
    let process = sight.step.after;
    if process.ahead() <= process.epsilon {
        return Ok(());
    }
    let (me, l, pt) = (sight.name(sight.step.node), process.time.l, process.pt);
    let words = format!("l of {me} is {l}, its clock shows {pt}: more than {} apart", process.epsilon);
    Breach::found(&[sight.step.node], words)
}

fn c_counts_a_chain(sight: &Sight<'_, Hlc>) -> Result<(), Breach> {
    match now(sight) {
        Some(Known { time, chain, .. }) if time.c > chain => {
            let me = sight.name(sight.step.node);
            let words = format!("{me} has c = {}, but only {chain} events lie on a way to it since l was read", time.c);
            Breach::found(&[sight.step.node], words)
        }
        _ => Ok(()),
    }
}
