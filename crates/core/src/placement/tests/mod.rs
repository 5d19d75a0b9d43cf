//! Placements beside published vectors, and beside what their papers promise.

mod bounds;
mod few_moves;
mod input;
mod vectors;

use super::{Member, Placement, Scheme, Slack};

/// Members of weight 1, each on a machine of its own.
fn members(names: impl IntoIterator<Item = String>) -> Vec<Member> {
    names.into_iter().zip(0..).map(|(name, machine)| Member::new(name, machine)).collect()
}

fn numbered(count: usize) -> Vec<Member> {
    members((0..count).map(|nth| format!("n{nth}")))
}

fn placement(scheme: Scheme, members: &[Member]) -> Placement {
    Placement::new(scheme, members).expect("such a placement exists")
}

/// The hashes of so many keys.
fn keys(count: usize) -> Vec<u64> {
    (0..count).map(|nth| super::key(format!("key-{nth}").as_bytes())).collect()
}

/// Every scheme once.
const SCHEMES: [Scheme; 7] = [
    Scheme::Ring { seed: 1, points: 160 },
    Scheme::Ketama,
    Scheme::Modulo,
    Scheme::Rendezvous,
    Scheme::Jump,
    Scheme::Maglev { size: 65_537 },
    Scheme::Bounded { seed: 1, points: 160, slack: Slack { parts: 1, of: 4 } },
];
