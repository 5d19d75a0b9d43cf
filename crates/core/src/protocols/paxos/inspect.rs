//! What people see of a server, of a message and of the group.

use super::{
    Paxos,
    message::Message,
    state::{Attempt, Ballot, Proposal},
};
use crate::{
    NodeId, NodeSet, NodeSpec, Sorted,
    view::{Cell, FieldView, MessageView, Row, Table, Tone, Value, all, name},
};

fn number(ballot: Option<Ballot>) -> String {
    ballot.map_or("none".into(), |ballot| ballot.to_string())
}

fn proposal(proposal: Option<&Proposal>) -> String {
    proposal.map_or("none".into(), |it| format!("{} as {}", it.value, it.ballot))
}

/// What is most telling, in few letters: what it learned (`✓ x`), what it tries to have promised (`2.1?`) or proposes
/// (`2.1 x`), what it accepted last (`1.1=x`), or below what it accepts nothing (`≥ 2.1`).
pub(super) fn badge(paxos: &Paxos) -> String {
    match (&paxos.learner.learned, &paxos.proposer.attempt, paxos.acceptor.promised) {
        (Some(value), ..) => format!("✓ {}", short(value)),
        (None, Some(Attempt { ballot, value: Some(value), .. }), _) => format!("{ballot} {}", short(value)),
        (None, Some(attempt), _) => format!("{}?", attempt.ballot),
        (None, None, Some(promised)) => match &paxos.acceptor.accepted {
            Some(it) if it.ballot == promised => format!("{promised}={}", short(&it.value)),
            _ => format!("≥ {promised}"),
        },
        (None, None, None) => String::new(),
    }
}

/// The beginning of a value.
fn short(value: &str) -> String {
    let mut letters = value.chars();
    let start: String = letters.by_ref().take(4).collect();
    if letters.next().is_none() { start } else { start + "…" }
}

/// The state of a server, agent by agent. Parts that it does not play stay as they were at the start.
pub(super) fn fields(paxos: &Paxos, names: &[NodeSpec]) -> Vec<FieldView> {
    let Paxos { acceptor, proposer, learner } = paxos;
    let attempt = proposer.attempt.as_ref();
    let promises = attempt.into_iter().flat_map(|attempt| attempt.promises.iter());
    let promises = promises.map(|(node, accepted)| (name(names, node), proposal(accepted.as_ref())));
    let votes = learner
        .votes
        .iter()
        .map(|(ballot, votes)| (format!("{} as {ballot}", votes.value), all(names, votes.acceptors)));
    vec![
        FieldView::text("promised", number(acceptor.promised)),
        FieldView::text("accepted", proposal(acceptor.accepted.as_ref())),
        FieldView::text("highest tried", proposer.round),
        FieldView::text("own wish", proposer.wish.as_deref().unwrap_or("none")),
        FieldView::text("proposal", number(attempt.map(|attempt| attempt.ballot))),
        FieldView::new("promises", Value::Vector(promises.collect())),
        FieldView::text("value proposed", attempt.and_then(|it| it.value.as_deref()).unwrap_or("none yet")),
        FieldView::text("calls waiting", proposer.calls.len()),
        FieldView::text("learners that asked", all(names, proposer.askers)),
        FieldView::new("heard accepted", Value::Vector(votes.collect())),
        FieldView::text("learned", learner.learned.as_deref().unwrap_or("nothing")),
    ]
}

/// A message and its fields.
pub(super) fn message(message: &Message) -> MessageView {
    let ballot = |ballot: &Ballot| FieldView::text("number", ballot);
    let view = |label: String, fields| MessageView { label, fields };
    match message {
        Message::Prepare { ballot: n } => view(format!("Prepare {n}"), vec![ballot(n)]),
        Message::Promise { ballot: n, accepted } => view(
            format!("Promise {n}"),
            vec![ballot(n), FieldView::text("highest accepted", proposal(accepted.as_ref()))],
        ),
        Message::Accept(it) => view(
            format!("Accept {} {}", it.ballot, it.value),
            vec![ballot(&it.ballot), FieldView::text("value", &it.value)],
        ),
        Message::Accepted(it) => view(
            format!("Accepted {} {}", it.ballot, it.value),
            vec![ballot(&it.ballot), FieldView::text("value", &it.value)],
        ),
        Message::Refused { ballot: n, promised } => {
            view(format!("Refused {n}"), vec![ballot(n), FieldView::text("promised", promised)])
        }
        Message::Ask => view("Ask".into(), Vec::new()),
        Message::Chosen { value } => view(format!("Chosen {value}"), vec![FieldView::text("value", value)]),
    }
}

/// Every proposal that was issued, who accepted it over time, and whether these are enough.
pub(super) fn record(
    issued: &Sorted<(Ballot, super::Value), NodeSet>,
    chosen: &[Proposal],
    names: &[NodeSpec],
) -> Option<Table> {
    let cell = |text: String, tone| Cell { text, tone };
    let row = |((ballot, value), by): (&(Ballot, super::Value), &NodeSet)| {
        let is_chosen = chosen.iter().any(|one| one.ballot == *ballot && one.value == *value);
        let (words, tone) = if is_chosen { ("chosen", Tone::Settled) } else { ("", Tone::Plain) };
        let cells = [cell(value.to_string(), Tone::Plain), cell(all(names, *by), tone), cell(words.into(), tone)];
        Row { name: ballot.to_string(), cells: cells.into() }
    };
    let rows: Vec<Row> = issued.iter().map(row).collect();
    let columns = ["ballot", "value", "accepted by", "outcome"].map(String::from).into();
    (!rows.is_empty()).then(|| Table { title: "Every proposal, and who ever accepted it".into(), columns, rows })
}

/// Promises, acceptances and what is learned, server by server.
pub(super) fn table(nodes: &[Option<&Paxos>], names: &[NodeSpec]) -> Table {
    let highest = nodes.iter().flatten().filter_map(|node| node.acceptor.accepted.as_ref()).max_by_key(|it| it.ballot);
    let text = |text: String, tone| Cell { text, tone };
    let row = |(me, node): (u8, &Option<&Paxos>)| {
        let cells = node.map_or_else(
            || vec![text("down".into(), Tone::Plain)],
            |node| {
                let agreed = |value: &super::Value| highest.is_none_or(|it| it.value == *value);
                let accepted = node.acceptor.accepted.as_ref();
                let learned = node.learner.learned.as_ref();
                vec![
                    text(node.acceptor.promised.map(|it| it.to_string()).unwrap_or_default(), Tone::Plain),
                    text(
                        accepted.map(|it| proposal(Some(it))).unwrap_or_default(),
                        if accepted.is_none_or(|it| agreed(&it.value)) { Tone::Plain } else { Tone::Warning },
                    ),
                    text(
                        learned.map(ToString::to_string).unwrap_or_default(),
                        if learned.is_some() { Tone::Settled } else { Tone::Plain },
                    ),
                ]
            },
        );
        Row { name: name(names, NodeId(me)), cells }
    };
    let columns = ["", "promised", "accepted", "learned"].map(String::from).into();
    Table { title: "Promises and acceptances".into(), columns, rows: (0..).zip(nodes).map(row).collect() }
}
