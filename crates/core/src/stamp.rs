//! Timestamps of events, and what a clock can tell of two events by looking at nothing else.

use serde::Serialize;
use std::cmp::Ordering;

/// The timestamp that a logical clock gave to an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Stamp {
    /// One number, as Lamport's clocks have.
    Number(u64),
    /// A physical part and a counter, as hybrid logical clocks have.
    Hybrid(u64, u64),
    /// A count for each process; processes beyond its end have none.
    Vector(Vec<u64>),
}

/// What a clock tells of an event beside another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Claim {
    /// It happened before.
    Before,
    /// It happened after.
    After,
    /// Neither happened before the other.
    Concurrent,
    /// It did not happen after: it happened before, or they are concurrent.
    NotAfter,
    /// It did not happen before: it happened after, or they are concurrent.
    NotBefore,
    /// They cannot be told apart.
    Same,
}

impl Stamp {
    /// What the clock tells of an event with this timestamp beside one with that.
    pub fn beside(&self, other: &Stamp) -> Claim {
        let scalar = |order: Ordering| match order {
            Ordering::Less => Claim::NotAfter,
            Ordering::Greater => Claim::NotBefore,
            // By the clock condition neither can have happened before the other.
            Ordering::Equal => Claim::Concurrent,
        };
        match (self, other) {
            (Stamp::Number(one), Stamp::Number(two)) => scalar(one.cmp(two)),
            (Stamp::Hybrid(one, count), Stamp::Hybrid(two, counted)) => scalar((one, count).cmp(&(two, counted))),
            (Stamp::Vector(one), Stamp::Vector(two)) => match (within(one, two), within(two, one)) {
                (true, true) => Claim::Same,
                (true, false) => Claim::Before,
                (false, true) => Claim::After,
                (false, false) => Claim::Concurrent,
            },
            _ => Claim::Same,
        }
    }

    /// The timestamp as the papers write it.
    pub fn words(&self) -> String {
        match self {
            Stamp::Number(number) => number.to_string(),
            Stamp::Hybrid(physical, count) => format!("{physical}.{count}"),
            Stamp::Vector(counts) => {
                let counts: Vec<String> = counts.iter().map(u64::to_string).collect();
                format!("({})", counts.join(","))
            }
        }
    }
}

/// Whether no count is greater here than there.
fn within(one: &[u64], two: &[u64]) -> bool {
    one.iter().enumerate().all(|(place, count)| *count <= two.get(place).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_less_than_a_vector() {
        assert_eq!(Stamp::Number(1).beside(&Stamp::Number(3)), Claim::NotAfter);
        assert_eq!(Stamp::Number(3).beside(&Stamp::Number(3)), Claim::Concurrent);
        assert_eq!(Stamp::Hybrid(5, 1).beside(&Stamp::Hybrid(5, 0)), Claim::NotBefore);
        let vector = |counts: &[u64]| Stamp::Vector(counts.to_vec());
        assert_eq!(vector(&[1]).beside(&vector(&[1, 1])), Claim::Before);
        assert_eq!(vector(&[2, 1]).beside(&vector(&[1, 1])), Claim::After);
        assert_eq!(vector(&[2, 0]).beside(&vector(&[1, 1])), Claim::Concurrent);
        assert_eq!(vector(&[1, 0]).beside(&vector(&[1])), Claim::Same);
    }
}
