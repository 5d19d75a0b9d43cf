//! What a protocol says of itself: its name, its papers, and what its guarantees rest on.

/// What a protocol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The name in files and links.
    pub id: &'static str,
    /// The name on the page.
    pub title: &'static str,
    /// Raised by every change that changes runs.
    pub revision: u32,
    /// What it is for, in a sentence.
    pub summary: &'static str,
    /// Papers.
    pub references: &'static [&'static str],
    /// What its guarantees rest on.
    pub assumptions: Assumptions,
    /// How faithful it is to its papers, and how that is known.
    pub card: Card,
}

/// How faithful a protocol is to its papers, and how that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    /// What of the papers is modelled.
    pub modelled: &'static [&'static str],
    /// What is left out or done in another way.
    pub departures: &'static [&'static str],
    /// How it was tested, beside what every protocol of the catalogue undergoes.
    pub tested: &'static [&'static str],
    /// Searches that come to their end without finding anything; a test repeats all but the largest.
    pub explored: &'static [Explored],
}

/// A search that comes to its end: within its bounds the invariants hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explored {
    /// The bounds, as `lightcone explore` takes them after the protocol: `--nodes 3 --requests 1`.
    pub bounds: &'static str,
    /// How many different states there are within them.
    pub states: u64,
}

/// What a protocol's guarantees rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assumptions {
    /// Whether messages of one link arrive in order.
    pub order: Order,
    /// Whether messages may be lost.
    pub delivery: Delivery,
    /// Whether what was persisted survives a crash. Without it, no server may crash and come back.
    pub disk_survives: bool,
    /// How many servers may be down at once, or back and [recovering](crate::Protocol::is_recovering) still, without
    /// voiding a guarantee.
    pub crashes: Bound,
    /// How many servers may be Byzantine. Where any may, those that are down count among them: `crashes` and `lies`
    /// bound one number of faulty servers.
    pub lies: Bound,
    /// What its progress asks of time, in words.
    pub timing: &'static str,
}

impl Assumptions {
    /// Each of them as a sentence without its end.
    pub fn words(&self) -> Vec<String> {
        let mut lines = vec![
            match self.order {
                Order::Any => "messages may overtake each other".to_string(),
                Order::Fifo => "messages of one link arrive in order".into(),
            },
            match self.delivery {
                Delivery::Lossy => "messages may be lost".to_string(),
                Delivery::FairLossy => "messages may be lost, but not for ever".into(),
                Delivery::Reliable => "every message arrives once".into(),
            },
            match (self.crashes, self.disk_survives) {
                (Bound::None, _) => "no server crashes".to_string(),
                (bound, true) => format!("{} may crash; what they persisted survives", bound.words()),
                (bound, false) => format!("{} may crash, and do not come back", bound.words()),
            },
            match self.lies {
                Bound::None => "no server lies".to_string(),
                bound => format!("{} may lie, crashed ones counted", bound.words()),
            },
        ];
        lines.extend(Some(self.timing.to_string()).filter(|timing| !timing.is_empty() && timing != "none"));
        lines
    }
}

/// The order of messages on one link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// Any order.
    #[default]
    Any,
    /// The order of sending.
    Fifo,
}

/// What may become of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It may be lost.
    Lossy,
    /// It may be lost, but one that is sent again and again arrives.
    FairLossy,
    /// Each message arrives once.
    Reliable,
}

/// How many of a number of servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    /// None of them.
    None,
    /// Fewer than half.
    Minority,
    /// Fewer than a third.
    Third,
    /// All, if need be.
    Any,
}

impl Bound {
    /// How many servers that is.
    pub const fn words(self) -> &'static str {
        match self {
            Bound::None => "no servers",
            Bound::Minority => "fewer than half of the servers",
            Bound::Third => "fewer than a third of the servers",
            Bound::Any => "servers",
        }
    }

    /// The most that it allows of so many servers.
    pub const fn most(self, servers: usize) -> usize {
        match self {
            Bound::None => 0,
            Bound::Minority => servers.saturating_sub(1) / 2,
            Bound::Third => servers.saturating_sub(1) / 3,
            Bound::Any => servers,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_strict() {
        let most = |bound: Bound| [0, 1, 2, 3, 4, 5, 6, 7].map(|servers| bound.most(servers));
        assert_eq!(most(Bound::None), [0; 8]);
        assert_eq!(most(Bound::Minority), [0, 0, 0, 1, 1, 2, 2, 3]);
        assert_eq!(most(Bound::Third), [0, 0, 0, 0, 1, 1, 1, 2]);
        assert_eq!(most(Bound::Any), [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
