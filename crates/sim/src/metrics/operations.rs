//! Operations together: latencies, throughput, what went wrong.

use super::{
    numbers::{Spread, Within},
    requests::Request,
};
use crate::{run::Run, trace::Trace, view::Fate};
use lightcone_core::{Flavour, Micros};
use serde::Serialize;
use std::collections::BTreeMap;

/// The operations that were asked for in a window, with all that came of them later. Percentiles are over those that were
/// answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Operations {
    /// All of them.
    pub all: Group,
    /// Those that leave every state as it is.
    pub reads: Group,
    /// The others.
    pub writes: Group,
}

/// Some operations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// How many were asked for.
    pub asked: u64,
    /// How long until the answer, in microseconds. Its count is how many were answered.
    pub latency: Spread,
    /// How many messages each took.
    pub messages: Spread,
    /// How many of them carried data.
    pub carry: Spread,
    /// How many of them come again and again anyway.
    pub periodic: Spread,
    /// The messages in the longest causal chain.
    pub rounds: Spread,
    /// The same by kind, by name.
    pub by_kind: Vec<KindSpread>,
}

/// The messages of one kind that operations took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KindSpread {
    /// The name of the kind.
    pub kind: &'static str,
    /// What such a message does.
    pub flavour: Flavour,
    /// How many each operation took; those that took none count as well.
    pub messages: Spread,
    /// The most of them in one causal chain.
    pub rounds: Spread,
}

/// The answers that came in a window, whenever they were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Throughput {
    /// How many came.
    pub answered: u64,
    /// How many came in a second, on average, rounded down.
    pub per_second: u64,
    /// The length of one step, in microseconds.
    pub every: u64,
    /// How many came in each step, from the start of the window. The last step may be shorter.
    pub steps: Vec<u64>,
}

/// What went wrong for clients. Whether an answer is a refusal only the protocol knows: an answer counts as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Errors {
    /// Operations that have no answer as far as the run is computed.
    pub unanswered: u64,
    /// Operations that have none when the window ends, those that are answered later included.
    pub open: u64,
    /// Operations for which a client asked again because a timer fired: timeouts.
    pub retried: u64,
    /// How many times it did.
    pub retries: u64,
    /// How many times a client asked again because of what it was told: redirects, and further rounds of its own.
    pub further: u64,
    /// Requests that were lost; of those sent in the window.
    pub requests_lost: u64,
    /// Answers to clients that were lost; of those sent in the window.
    pub responses_lost: u64,
    /// Refusals among servers that were handled; of those sent in the window.
    pub refusals: u64,
}

pub(super) fn operations(requests: &[Request]) -> Operations {
    let group = |pick: &dyn Fn(&Request) -> bool| group(&requests.iter().filter(|one| pick(one)).collect::<Vec<_>>());
    Operations { all: group(&|_| true), reads: group(&|one| one.is_read), writes: group(&|one| !one.is_read) }
}

fn group(requests: &[&Request]) -> Group {
    let answered: Vec<&Request> = requests.iter().copied().filter(|one| one.latency.is_some()).collect();
    let spread = |of: &dyn Fn(&Request) -> u64| Spread::of(answered.iter().map(|one| of(one)));
    Group {
        asked: requests.len() as u64,
        latency: Spread::of(answered.iter().filter_map(|one| one.latency)),
        messages: spread(&|one| one.messages),
        carry: spread(&|one| one.carry),
        periodic: spread(&|one| one.periodic),
        rounds: spread(&|one| one.rounds),
        by_kind: by_kind(&answered),
    }
}

fn by_kind(answered: &[&Request]) -> Vec<KindSpread> {
    let mut kinds: BTreeMap<_, (Flavour, Vec<u64>, Vec<u64>)> = BTreeMap::new();
    for one in answered.iter().flat_map(|request| &request.by_kind) {
        let empty = || (one.flavour, Vec::new(), Vec::new());
        let (_, messages, rounds) = kinds.entry((one.kind, one.flavour as u8)).or_insert_with(empty);
        messages.push(one.messages);
        rounds.push(one.rounds);
    }
    let all = |numbers: Vec<u64>| {
        let none = answered.len() - numbers.len();
        Spread::of(numbers.into_iter().chain(std::iter::repeat_n(0, none)))
    };
    let of = |((kind, _), (flavour, messages, rounds))| KindSpread {
        kind,
        flavour,
        messages: all(messages),
        rounds: all(rounds),
    };
    kinds.into_iter().map(of).collect()
}

pub(super) fn throughput(trace: &Trace, within: Within, every: Micros) -> Throughput {
    let every = every.0.max(1);
    let count = within.length().div_ceil(every).max(1);
    let mut steps = vec![0; usize::try_from(count).expect("a run has fewer than 4 billion steps")];
    let answers = trace.ops.iter().filter_map(|op| op.done.as_ref().map(|(_, at, _)| *at));
    for at in answers.filter(|at| within.contains(*at)) {
        // The end of the window belongs to its last step.
        let step = ((at.0 - within.from) / every).min(count - 1);
        steps[usize::try_from(step).expect("it is a place in the list")] += 1;
    }
    let answered: u64 = steps.iter().sum();
    let per_second = answered * 1_000_000 / within.length().max(1);
    Throughput { answered, per_second, every, steps }
}

pub(super) fn errors(run: &Run, within: Within, requests: &[Request]) -> Errors {
    let count = |pick: &dyn Fn(&Request) -> bool| requests.iter().filter(|one| pick(one)).count() as u64;
    let sent = within.of(&run.trace().messages, |message| message.sent);
    let met = |flavour, fate: &dyn Fn(Fate) -> bool| {
        sent.iter().filter(|message| message.key.kind.flavour == flavour && fate(message.fate)).count() as u64
    };
    let is_lost = |fate| matches!(fate, Fate::Lost(_));
    Errors {
        unanswered: count(&|one| one.latency.is_none()),
        open: count(&|one| one.latency.is_none_or(|latency| one.at + latency > within.to)),
        retried: count(&|one| one.retries > 0),
        retries: requests.iter().map(|one| one.retries).sum(),
        further: requests.iter().map(|one| one.further).sum(),
        requests_lost: met(Flavour::Request, &is_lost),
        responses_lost: met(Flavour::Response, &is_lost),
        refusals: met(Flavour::Refuse, &|fate| matches!(fate, Fate::Delivered(_))),
    }
}
