//! Causal names and the draws that hang on them.
//!
//! A name is a hash of its cause's name, of what it is, of whom it is for, and of its place among its likes in that
//! step. Nothing is numbered in the order of happening, so what lies outside the light cone of a change keeps its name
//! and with it its luck.

use crate::{Latency, digest::Digest};
use lightcone_core::{Choices, Key, Micros, NodeId, Span};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// The causal name of a message, a timer or an event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Name(pub u64);

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl std::str::FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        u64::from_str_radix(text, 16).map(Name).map_err(|_| format!("`{text}` is not a name: names are hexadecimal"))
    }
}

/// What a name or a draw is for. The numbers are part of what a run is: they never change.
#[derive(Clone, Copy)]
#[repr(u64)]
enum Purpose {
    Boot = 1,
    Restart = 2,
    Request = 3,
    Local = 4,
    Workload = 5,
    Message = 6,
    Timer = 7,
    Crash = 8,
    Copy = 9,
    Lie = 10,
    Leave = 11,
    Join = 12,
    Latency = 20,
    Loss = 21,
    Length = 22,
    Choice = 23,
    Operation = 24,
    Pause = 25,
    LatencyTail = 26,
    Slow = 27,
    SlowTail = 28,
    Lossy = 29,
    Copying = 30,
    Reorder = 31,
    Service = 32,
    Untruth = 33,
    Delay = 34,
    Outside = 40,
}

/// Words are mixed as they are: a hash of their bytes by products of 128 bits is much slower in WebAssembly.
fn hash<const N: usize>(words: [u64; N]) -> u64 {
    let mut digest = Digest::new();
    words.into_iter().for_each(|word| digest.word(word));
    digest.finished()
}

/// The part of `n` that a number drawn from all 64 bits stands for: the high half of their product.
pub(crate) fn scaled(drawn: u64, n: u64) -> u64 {
    let (high, low) = (drawn >> 32, drawn & u64::from(u32::MAX));
    if n <= u64::from(u32::MAX) {
        // WebAssembly has no product of 128 bits, and nearly every `n` is small.
        return (high * n + ((low * n) >> 32)) >> 32;
    }
    u64::try_from((u128::from(drawn) * u128::from(n)) >> 64).expect("the high half fits")
}

impl Name {
    /// The first start of a participant.
    pub fn boot(node: NodeId) -> Name {
        Name(hash([Purpose::Boot as u64, node.0.into()]))
    }

    /// A start after a crash, by the intervention that caused it.
    pub fn restart(intervention: u32) -> Name {
        Name(hash([Purpose::Restart as u64, intervention.into()]))
    }

    /// A crash, by the intervention that caused it.
    pub fn crash(intervention: u32) -> Name {
        Name(hash([Purpose::Crash as u64, intervention.into()]))
    }

    /// A request that a person makes.
    pub fn request(intervention: u32) -> Name {
        Name(hash([Purpose::Request as u64, intervention.into()]))
    }

    /// A local event that a person causes.
    pub fn local(intervention: u32) -> Name {
        Name(hash([Purpose::Local as u64, intervention.into()]))
    }

    /// The `nth` operation of a client's own workload.
    pub fn workload(client: NodeId, nth: u32) -> Name {
        Name(hash([Purpose::Workload as u64, client.0.into(), nth.into()]))
    }

    /// A message sent by the step called `cause`: the `place`-th of this key to this receiver there.
    pub fn message(cause: Name, key: Key, to: NodeId, place: u32) -> Name {
        let [a, b] = key.args;
        let first = Purpose::Message as u64 | u64::from(to.0) << 8 | u64::from(place) << 16;
        Name(hash([first, cause.0, key.kind.code, a, b]))
    }

    /// A timer armed by the step called `cause`: the `place`-th arming of a timer of this code there.
    pub fn timer(cause: Name, timer: u64, place: u32) -> Name {
        Name(hash([Purpose::Timer as u64 | u64::from(place) << 8, cause.0, timer]))
    }

    /// The copy of a message that an intervention makes.
    pub fn copy(message: Name, intervention: u32) -> Name {
        Name(hash([Purpose::Copy as u64, message.0, intervention.into()]))
    }

    /// What a Byzantine server says unasked when an intervention makes it one.
    pub fn lie(intervention: u32) -> Name {
        Name(hash([Purpose::Lie as u64, intervention.into()]))
    }

    /// A participant that leaves, by the intervention that made it.
    pub fn leave(intervention: u32) -> Name {
        Name(hash([Purpose::Leave as u64, intervention.into()]))
    }

    /// A participant that joins, by the intervention that made it.
    pub fn join(intervention: u32) -> Name {
        Name(hash([Purpose::Join as u64, intervention.into()]))
    }
}

/// The source of every draw of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub u64);

impl Seed {
    /// A number below `n`, by the multiply-and-shift method.
    fn below(self, purpose: Purpose, name: Name, extra: u64, n: u64) -> u64 {
        scaled(hash([self.0, purpose as u64, name.0, extra]), n)
    }

    fn within(self, purpose: Purpose, name: Name, span: Span) -> u64 {
        span.min.0 + self.below(purpose, name, 0, span.choices())
    }

    /// A length of time with its tail, if it has one.
    fn length_of(self, (place, depth): (Purpose, Purpose), name: Name, extra: u64, latency: Latency) -> Micros {
        let drawn = |purpose: Purpose| hash([self.0, purpose as u64, name.0, extra]);
        latency.drawn(drawn(place), if latency.tail.is_some() { drawn(depth) } else { u64::MAX })
    }

    /// How long a message flies.
    pub fn latency(self, message: Name, latency: Latency) -> Micros {
        self.length_of((Purpose::Latency, Purpose::LatencyTail), message, 0, latency).max(Micros(1))
    }

    /// How much longer it flies because of a fault.
    pub fn slower(self, message: Name, fault: u32, by: Latency) -> Micros {
        self.length_of((Purpose::Slow, Purpose::SlowTail), message, fault.into(), by)
    }

    /// How much later it comes because of a fault that puts messages out of order.
    pub fn reordered(self, message: Name, fault: u32, by: Micros) -> Micros {
        Micros(self.below(Purpose::Reorder, message, fault.into(), by.0 + 1))
    }

    /// How much later a Byzantine server sends something, at most `by`.
    pub fn delayed(self, message: Name, fault: u32, by: Micros) -> Micros {
        Micros(self.below(Purpose::Delay, message, fault.into(), by.0 + 1))
    }

    /// Whether a message is lost on a link that loses `percent` of them.
    pub fn loses(self, message: Name, percent: u8) -> bool {
        percent > 0 && self.below(Purpose::Loss, message, 0, 100) < percent.into()
    }

    /// Whether a message is lost because of a fault that loses `percent` of them.
    pub fn loses_by(self, message: Name, fault: u32, percent: u8) -> bool {
        self.below(Purpose::Lossy, message, fault.into(), 100) < percent.into()
    }

    /// Whether a message is delivered twice because of a fault.
    pub fn copies(self, message: Name, fault: u32, percent: u8) -> bool {
        self.below(Purpose::Copying, message, fault.into(), 100) < percent.into()
    }

    /// How long a message keeps a worker busy.
    pub fn service(self, message: Name, span: Span) -> Micros {
        Micros(self.within(Purpose::Service, message, span).max(1))
    }

    /// Which of `n` things a Byzantine server says. What `whom` stands for tells several draws of one step apart.
    pub fn untruth(self, step: Name, whom: u64, n: usize) -> usize {
        self.below(Purpose::Untruth, step, whom, n as u64) as usize
    }

    /// How long a timer runs on its node's clock, in microseconds.
    pub fn length(self, timer: Name, span: Span) -> u64 {
        self.within(Purpose::Length, timer, span).max(1)
    }

    /// The pause before an operation of a workload, in microseconds.
    pub fn pause(self, operation: Name, span: Span) -> u64 {
        self.within(Purpose::Pause, operation, span).max(1)
    }

    /// The `nth` number below `n` for a purpose outside any run, such as the faults of a chaos. Never one of a run's own.
    pub fn outside(self, what: &str, nth: u64, n: u64) -> u64 {
        self.below(Purpose::Outside, Name(xxh3_64(what.as_bytes())), nth, n)
    }

    /// The `nth` number drawn for the content of an operation.
    pub fn operation(self, operation: Name, nth: u64, n: u32) -> u32 {
        u32::try_from(self.below(Purpose::Operation, operation, nth, n.into())).expect("it is below a u32")
    }
}

/// The choices of one step, drawn from the seed by the step's name.
pub struct Draws {
    seed: Seed,
    step: Name,
    made: u64,
}

impl Draws {
    /// The choices of the step called `step`.
    pub fn new(seed: Seed, step: Name) -> Self {
        Draws { seed, step, made: 0 }
    }
}

impl Choices for Draws {
    fn choose(&mut self, label: &'static str, n: u32) -> u32 {
        assert!(n > 0, "the choice `{label}` has no alternatives");
        self.made += 1;
        let extra = xxh3_64_with_seed(label.as_bytes(), self.made);
        u32::try_from(self.seed.below(Purpose::Choice, self.step, extra, n.into())).expect("it is below a u32")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws by names that differ in one place only fall into all of 64 parts about equally: by chance the sum stays
    /// below 120 in all but one of 50,000 cases.
    #[test]
    fn draws_are_even_whatever_tells_their_names_apart() {
        let spread = |drawn: &dyn Fn(u64) -> u64| {
            let mut parts = [0_i64; 64];
            (0..64_000).for_each(|nth| parts[usize::try_from(drawn(nth)).expect("it is below 64")] += 1);
            parts.iter().map(|count| (count - 1_000).pow(2)).sum::<i64>() / 1_000
        };
        let below = |seed: u64, name: Name, extra| Seed(seed).below(Purpose::Latency, name, extra, 64);
        let small = |nth: u64| u32::try_from(nth).expect("it is small");
        let cause = Name::boot(NodeId(1));
        let ways: [(&str, &dyn Fn(u64) -> u64); 5] = [
            ("seeds", &|nth| below(nth, cause, 0)),
            ("causes", &|nth| below(7, Name::timer(Name::request(small(nth)), 5, 0), 0)),
            ("places", &|nth| below(7, Name::timer(cause, 5, small(nth)), 0)),
            ("plain names", &|nth| below(7, Name(nth), 0)),
            ("extras", &|nth| below(7, cause, nth)),
        ];
        for (what, drawn) in ways {
            assert!(spread(drawn) < 120, "{what}: {}", spread(drawn));
        }
    }

    #[test]
    fn both_ways_to_scale_give_the_high_half_of_the_product() {
        for drawn in [0, 1, u64::from(u32::MAX), 1 << 32, 0x9e37_79b9_7f4a_7c15, u64::MAX] {
            for n in [1, 2, 1_000, u64::from(u32::MAX), 1 << 32, (1 << 40) + 7, u64::MAX] {
                let high = (u128::from(drawn) * u128::from(n)) >> 64;
                assert_eq!(u128::from(scaled(drawn, n)), high, "{drawn} of {n}");
            }
        }
    }
}
