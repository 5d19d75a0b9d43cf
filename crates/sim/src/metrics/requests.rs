//! Operations one by one: how long each took, and what it took.

use super::{between::Between, numbers::Within};
use crate::{
    run::Run,
    trace::{Message, OpRecord, Trace},
    view::EventKind,
};
use lightcone_core::{Flavour, OpId};
use serde::Serialize;
use std::collections::BTreeMap;

/// One operation of a client.
///
/// Its messages are those that lie causally between the invocation and the answer: in the future of the one and in the past
/// of the other. What happens there for the sake of others, such as a heartbeat or another client's entry, is among them,
/// since no trace can tell whether it mattered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The client.
    pub client: String,
    /// The client's own count of its operations.
    pub serial: u64,
    /// What was asked.
    pub op: String,
    /// Whether it leaves every state as it is.
    pub is_read: bool,
    /// When it was asked, in microseconds.
    pub at: u64,
    /// How long until it was answered, in microseconds; nothing if it was not, as far as the run is computed.
    pub latency: Option<u64>,
    /// How many times the client asked again because a timer fired.
    pub retries: u64,
    /// How many times it asked again because of what it was told: redirects, and further rounds of its own.
    pub further: u64,
    /// How many messages lie between; none counted without an answer.
    pub messages: u64,
    /// How many of them carry data. The engine does not know how many log entries each one holds.
    pub carry: u64,
    /// How many of them come again and again anyway.
    pub periodic: u64,
    /// The messages in the longest causal chain between.
    pub rounds: u64,
    /// The same by kind.
    pub by_kind: Vec<RequestKind>,
    /// The kinds of the messages that directly led to the answer, earliest first: each one was sent in the step that handled
    /// the one before, or in one whose timer that step had armed.
    pub path: Vec<&'static str>,
    /// Whether they go back to the invocation. If not, something that was under way before took the request along.
    pub path_is_whole: bool,
}

/// The messages of one kind that an operation took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RequestKind {
    /// The name of the kind.
    pub kind: &'static str,
    /// What such a message does.
    pub flavour: Flavour,
    /// How many.
    pub messages: u64,
    /// The most of them in one causal chain.
    pub rounds: u64,
}

/// The operations that were asked for in a window, with all that came of them later.
pub(super) fn requests(run: &Run, within: Within) -> Vec<Request> {
    let trace = run.trace();
    let asked = askings(trace);
    let ops = within.of(&trace.ops, |op| op.at);
    ops.iter().map(|op| request(run, op, asked.get(&op.id).map_or(&[], Vec::as_slice))).collect()
}

fn request(run: &Run, op: &OpRecord, asked: &[u32]) -> Request {
    let trace = run.trace();
    let actors = &run.setup().actors;
    let between = op.done.as_ref().map(|(answer, ..)| Between::new(trace, op.event as usize, *answer as usize));
    let kinds = between.as_ref().map(Between::kinds).unwrap_or_default();
    let by_kind: Vec<RequestKind> = kinds
        .iter()
        .map(|one| RequestKind {
            kind: one.kind.name,
            flavour: one.kind.flavour,
            messages: one.messages,
            rounds: one.rounds,
        })
        .collect();
    let count = |flavour| by_kind.iter().filter(|one| one.flavour == flavour).map(|one| one.messages).sum();
    let path = between.as_ref().map(Between::path);
    let again = asked.iter().skip(1).filter(|event| trace.events[**event as usize].kind == EventKind::Timer).count();
    Request {
        client: run.setup().name(op.id.client).to_string(),
        serial: op.id.serial,
        op: actors.op_words(&op.op),
        is_read: actors.is_read(&op.op),
        at: op.at.0,
        latency: op.done.as_ref().map(|(_, done, _)| done.minus(op.at).0),
        retries: again as u64,
        further: (asked.len().saturating_sub(1) - again) as u64,
        messages: by_kind.iter().map(|one| one.messages).sum(),
        carry: count(Flavour::Carry),
        periodic: count(Flavour::Periodic),
        rounds: between.as_ref().map_or(0, |between| between.longest(None)),
        path_is_whole: path.as_ref().is_some_and(|path| path.is_whole),
        path: path.map(|path| path.kinds).unwrap_or_default(),
        by_kind,
    }
}

/// For each operation, the events by which its client sent requests for it, in order.
fn askings(trace: &Trace) -> BTreeMap<OpId, Vec<u32>> {
    let mut asked: BTreeMap<OpId, Vec<u32>> = BTreeMap::new();
    let mut latest: Vec<u64> = vec![0; trace.lanes.len()];
    let mut ops = trace.ops.iter().peekable();
    let sent = trace.messages.iter().filter(|message| !message.copy && message.key.kind.flavour == Flavour::Request);
    for message in sent {
        while let Some(op) = ops.next_if(|op| op.event <= message.sent_by) {
            latest[op.id.client.index()] = op.id.serial;
        }
        let serial = serial(message).unwrap_or(latest[message.from.index()]);
        let events = asked.entry(OpId { client: message.from, serial }).or_default();
        // Requests to several servers in one step are one asking.
        if events.last() != Some(&message.sent_by) {
            events.push(message.sent_by);
        }
    }
    asked
}

/// The operation that a request says it is for. One that says nothing is taken for the client's latest.
fn serial(message: &Message) -> Option<u64> {
    let place = message.key.kind.args.iter().position(|arg| *arg == "serial")?;
    Some(message.key.args[place])
}
