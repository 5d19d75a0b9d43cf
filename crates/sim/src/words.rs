//! Interventions in words, for the page and the terminal.

use crate::{Across, Disk, Fault, Intervention, Manner, Until, When};

impl Fault {
    /// Whether it lasts for some time rather than being over at once.
    pub fn lasts(&self) -> bool {
        use Fault::*;
        match self {
            Partition { .. } | Cut { .. } | Slow { .. } | Lossy { .. } | Copying { .. } | Clog { .. } => true,
            Reorder { .. } | Pause { .. } | Clock { .. } | Byzantine { .. } | Hold => true,
            Move { .. } | Drop | Duplicate | Lie { .. } | Heal | Crash { .. } | Restart { .. } | Join { .. } => false,
            Leave { .. } | Request { .. } | Local { .. } | Deliver { .. } | Fire { .. } => false,
        }
    }

    /// Whether it is done to a message or timer that a selector names.
    pub fn is_done_to_something(&self) -> bool {
        matches!(self, Fault::Move { .. } | Fault::Drop | Fault::Duplicate | Fault::Lie { .. })
    }

    /// The fault as a sentence without its time.
    pub fn words(&self) -> String {
        match self {
            Fault::Move { to } => format!("takes {to} instead"),
            Fault::Drop => "message dropped".into(),
            Fault::Duplicate => "message duplicated".into(),
            Fault::Lie { nth } => format!("replaced by lie {nth} of its sender"),
            Fault::Partition { groups, across } => format!("partition {}{}", group_words(groups), held(*across)),
            Fault::Cut { links, across } => format!("link {} cut{}", arrow(links), held(*across)),
            Fault::Slow { links, by } => format!("link {} slower by {by}", arrow(links)),
            Fault::Lossy { links, percent } => format!("link {} loses {percent} %", arrow(links)),
            Fault::Copying { links, percent } => format!("link {} delivers {percent} % twice", arrow(links)),
            Fault::Clog { links, bandwidth } => {
                let queue = bandwidth.queue.map(|n| format!(", {n} may wait")).unwrap_or_default();
                format!("link {} clogged: one message every {}{queue}", arrow(links), bandwidth.each)
            }
            Fault::Reorder { links, by } => format!("link {} out of order by up to {by}", arrow(links)),
            Fault::Heal => "everything heals".into(),
            Fault::Crash { .. } | Fault::Restart { .. } | Fault::Pause { .. } | Fault::Clock { .. } => {
                self.node_words()
            }
            Fault::Byzantine { .. } | Fault::Join { .. } | Fault::Leave { .. } => self.node_words(),
            Fault::Request { client, op } => format!("{client} is asked: {op}"),
            Fault::Local { node, what } => format!("{node}: {what}"),
            Fault::Hold => "nothing moves unless it is told to".into(),
            Fault::Deliver { message } => format!("deliver {message}"),
            Fault::Fire { timer } => format!("fire {timer}"),
        }
    }

    fn node_words(&self) -> String {
        match self {
            Fault::Crash { node, disk, after } => {
                let disk = match disk {
                    Disk::Kept => "",
                    Disk::LastWriteLost => " and loses its last write",
                    Disk::Lost => " and loses its disk",
                };
                let after = match after {
                    None => String::new(),
                    Some(0) => " before the first effect of a step".into(),
                    Some(n) => format!(" after effect {n} of a step"),
                };
                format!("{node} crashes{after}{disk}")
            }
            Fault::Restart { node } => format!("{node} restarts"),
            Fault::Pause { node } => format!("{node} pauses"),
            Fault::Clock { node, ahead, drift } => {
                let set = if ahead.0 > 0 { format!(" set forward by {ahead}") } else { String::new() };
                let rate = if *drift == 0 { String::new() } else { format!(" gaining {drift} ppm") };
                format!("clock of {node}{set}{rate}")
            }
            Fault::Byzantine { node, manner } => {
                let manner = match manner {
                    Manner::Silent => "falls silent",
                    Manner::Equivocating => "equivocates",
                    Manner::Lying => "lies",
                    Manner::Delaying => "delays what it says",
                    Manner::Unasked => "speaks unasked",
                };
                format!("{node} {manner}")
            }
            Fault::Join { node } => format!("{node} joins"),
            Fault::Leave { node } => format!("{node} leaves"),
            _ => unreachable!("only what is done to a node has these words"),
        }
    }
}

/// Groups as they are read: `n1 n2 | n3`; an empty first one is everyone else.
fn group_words(groups: &[Vec<String>]) -> String {
    let words = |group: &Vec<String>| if group.is_empty() { "the others".into() } else { group.join(" ") };
    groups.iter().map(words).collect::<Vec<String>>().join(" | ")
}

fn arrow(links: &crate::Links) -> String {
    format!("{} {} {}", links.from, if links.both { "↔" } else { "→" }, links.to)
}

fn held(across: Across) -> &'static str {
    if across == Across::Held { ", messages held" } else { "" }
}

impl Intervention {
    /// The intervention as a sentence with its time: `at 300ms: n1 crashes`.
    pub fn words(&self) -> String {
        let when = match &self.when {
            When::At(at) => format!("at {at}"),
            When::On { selector, .. } => selector.to_string(),
            When::If(condition) => format!("when {condition}"),
        };
        let until = match self.until {
            Until::At(end) if self.fault.lasts() => format!(", until {end}"),
            Until::For(length) if self.fault.lasts() => format!(", for {length}"),
            _ => String::new(),
        };
        format!("{when}: {}{until}", self.fault.words())
    }
}
