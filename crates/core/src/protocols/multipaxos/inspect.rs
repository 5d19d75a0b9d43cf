//! What people see of a server, of a message and of the group.

use super::{
    MultiPaxos,
    message::Message,
    state::{Ballot, Part, Proposal},
};
use crate::{
    NodeId, NodeSpec,
    replicated::Command,
    view::{Cell, FieldView, LogCell, MessageView, Row, Table, Tone, Value, all, name},
};

/// How many of the last slots the table shows.
const WINDOW: u64 = 40;

fn ballot(ballot: Option<Ballot>) -> String {
    ballot.map_or("none".into(), |ballot| ballot.to_string())
}

pub(super) fn badge(server: &MultiPaxos) -> String {
    server.promised.map_or(String::new(), |promised| format!("bal {promised}"))
}

/// The state of a server.
pub(super) fn fields(server: &MultiPaxos, names: &[NodeSpec]) -> Vec<FieldView> {
    let accepted = server.accepted.iter().map(|(slot, it)| (format!("slot {slot}"), proposal(it)));
    let chosen = server.chosen.iter().map(|(slot, command)| {
        let tone = if *slot <= server.applied { Tone::Settled } else { Tone::Plain };
        LogCell { term: *slot, label: command.label(), tone }
    });
    let (part, progress) = match &server.part {
        Part::Follower => ("follower", FieldView::text("promises", "does not lead")),
        Part::Candidate(it) => {
            let who = it.promises.iter().map(|(node, _)| node).collect();
            ("candidate", FieldView::text("promises", format!("{} for {}", all(names, who), it.ballot)))
        }
        Part::Leader(it) => {
            let open = it.open.iter().map(|open| (format!("slot {}", open.slot), all(names, open.acceptors)));
            ("leader", FieldView::new("open", Value::Vector(open.collect())))
        }
    };
    let [store, sessions] = server.machine.fields(names, "stateMachine", "sessions");
    vec![
        FieldView::text("promised", ballot(server.promised)),
        FieldView::new("accepted", Value::Vector(accepted.collect())),
        FieldView::new("chosen", Value::Log(chosen.collect())),
        FieldView::text("applied", server.applied),
        FieldView::text("part", part),
        FieldView::text("ballot", ballot(server.ballot())),
        progress,
        FieldView::text("leader", server.leader.map_or("none".into(), |node| name(names, node))),
        FieldView::text("heard", ballot(server.heard)),
        store,
        sessions,
    ]
}

fn proposal(it: &Proposal) -> String {
    format!("{} as {}", it.command.label(), it.ballot)
}

/// A message and its fields.
pub(super) fn message(message: &Message) -> MessageView {
    let of = |name: &str, ballot: Ballot| FieldView::text(name, ballot);
    let (label, fields) = match message {
        Message::Prepare { ballot, first } => {
            (format!("Prepare {ballot}"), vec![of("ballot", *ballot), FieldView::text("first", first)])
        }
        Message::Promise { ballot, accepted } => {
            let reported = accepted.iter().map(|(slot, it)| (format!("slot {slot}"), proposal(it))).collect();
            let fields = vec![of("ballot", *ballot), FieldView::new("accepted", Value::Vector(reported))];
            (format!("Promise {ballot}"), fields)
        }
        Message::Refused { ballot, promised } => {
            (format!("Refused {ballot}"), vec![of("ballot", *ballot), of("promised", *promised)])
        }
        Message::Accept { slot, proposal } => {
            let label = proposal.command.label();
            let fields = vec![
                of("ballot", proposal.ballot),
                FieldView::text("slot", slot),
                FieldView::text("command", label.clone()),
            ];
            (format!("Accept {slot}: {label}"), fields)
        }
        Message::Accepted { ballot, slot } => {
            (format!("Accepted {slot}"), vec![of("ballot", *ballot), FieldView::text("slot", slot)])
        }
        Message::Chosen { first, commands } => {
            let labels: Vec<String> = commands.iter().map(Command::label).collect();
            let fields = vec![FieldView::text("first", first), FieldView::text("commands", labels.join(", "))];
            (format!("Chosen {first}"), fields)
        }
        Message::Heartbeat { ballot, applied } => {
            (format!("heartbeat {ballot}"), vec![of("ballot", *ballot), FieldView::text("applied", applied)])
        }
        Message::Ask { first } => (format!("Ask {first}"), vec![FieldView::text("first", first)]),
    };
    MessageView { label, fields }
}

/// All acceptors and learners, aligned by slot.
pub(super) fn table(nodes: &[Option<&MultiPaxos>], names: &[NodeSpec]) -> Table {
    let last_of =
        |server: &MultiPaxos| server.accepted.keys().chain(server.chosen.keys()).copied().max().unwrap_or_default();
    let last = nodes.iter().flatten().map(|server| last_of(server)).max().unwrap_or_default();
    let first = last.saturating_sub(WINDOW) + 1;
    let row = |(id, server): (u8, &Option<&MultiPaxos>)| {
        let plain = |text: String| Cell { text, tone: Tone::Plain };
        let heads = match server {
            Some(server) => [plain(ballot(server.promised)), plain(server.applied.to_string())],
            None => [plain("down".into()), Cell::default()],
        };
        let cells = (first..=last).map(|slot| server.map_or_else(Cell::default, |server| cell(server, slot)));
        Row { name: name(names, NodeId(id)), cells: heads.into_iter().chain(cells).collect() }
    };
    let heads = ["", "promised", "applied"].map(String::from);
    Table {
        title: if first > 1 { format!("Slots, from {first} on") } else { "Slots".into() },
        columns: heads.into_iter().chain((first..=last).map(|slot| slot.to_string())).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

/// What a server holds in a slot: settled if it knows that it is chosen.
fn cell(server: &MultiPaxos, slot: u64) -> Cell {
    match (server.chosen.get(&slot), server.accepted.get(&slot)) {
        (Some(command), _) => Cell { text: command.label(), tone: Tone::Settled },
        (None, Some(it)) => Cell { text: format!("{} {}", it.ballot, it.command.label()), tone: Tone::Plain },
        (None, None) => Cell::default(),
    }
}
