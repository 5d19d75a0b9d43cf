//! What people see of a server, of a message and of the group.

use super::{Bracha, BroadcastId, Instance, Message, Tally, Word};
use crate::{
    NodeId, NodeSpec, Sorted,
    view::{Cell, FieldView, MessageView, Row, Table, Tone, Value, all, name},
};

/// How many of the last broadcasts the table shows.
const WINDOW: usize = 12;

fn called(names: &[NodeSpec], id: BroadcastId) -> String {
    format!("{} #{}", name(names, id.origin), id.number)
}

fn word(word: Option<Word>) -> String {
    word.map_or("nothing".into(), |word| word.to_string())
}

/// The own broadcasts, what was delivered, and each broadcast with its echoes and readies.
pub(super) fn fields(server: &Bracha, names: &[NodeSpec]) -> Vec<FieldView> {
    let own = (1..).zip(server.broadcasts.iter()).map(|(number, word)| (format!("#{number}"), word.to_string()));
    let delivered = server.delivered.iter().map(|one| (called(names, one.id), one.word.to_string()));
    let mut fields = vec![
        FieldView::new("broadcasts", Value::Vector(own.collect())),
        FieldView::new("delivered", Value::Vector(delivered.collect())),
    ];
    for id in server.known() {
        let seen = server.instance(id).expect("what is known is there");
        fields.push(FieldView::new(&called(names, id), Value::Vector(instance(seen, names))));
    }
    fields
}

fn instance(seen: &Instance, names: &[NodeSpec]) -> Vec<(String, String)> {
    let said = [("echoed", seen.echoed), ("ready for", seen.readied), ("delivered", seen.delivered)];
    let said = said.into_iter().map(|(what, it)| (what.to_string(), word(it)));
    let tallies = [("echoes", seen.echoes), ("readies", seen.readies)];
    let tallies = tallies.into_iter().flat_map(|(what, tally)| {
        let heard = Word::ALL.into_iter().filter(move |word| tally.count(*word) > 0);
        heard.map(move |word| (format!("{what} for {word}"), all(names, tally.of(word))))
    });
    said.chain(tallies).collect()
}

/// A message is its broadcast and its word.
pub(super) fn message(message: &Message, names: &[NodeSpec]) -> MessageView {
    let word = FieldView::text("value", message.word());
    let (label, fields) = match message {
        Message::Initial { number, .. } => ("Initial", vec![FieldView::text("number", number)]),
        Message::Echo { id, .. } => ("Echo", broadcast(*id, names)),
        Message::Ready { id, .. } => ("Ready", broadcast(*id, names)),
    };
    let label = format!("{label} {}", message.word());
    MessageView { label, fields: fields.into_iter().chain([word]).collect() }
}

fn broadcast(id: BroadcastId, names: &[NodeSpec]) -> Vec<FieldView> {
    vec![FieldView::text("origin", name(names, id.origin)), FieldView::text("number", id.number)]
}

/// For each broadcast how far each server is.
pub(super) fn table(nodes: &[Option<&Bracha>], names: &[NodeSpec]) -> Table {
    let known: Sorted<BroadcastId, ()> =
        nodes.iter().flatten().flat_map(|node| node.known()).map(|id| (id, ())).collect();
    let shown: Vec<BroadcastId> = known.keys().copied().skip(known.len().saturating_sub(WINDOW)).collect();
    let mut delivered = vec![Tally::default(); shown.len()];
    for (id, tally) in shown.iter().zip(&mut delivered) {
        for (me, node) in (0..).map(NodeId).zip(nodes) {
            let it = node.and_then(|node| node.instance(*id)).and_then(|seen| seen.delivered);
            it.map(|word| tally.add(word, me));
        }
    }
    let row = |(me, node): (u8, &Option<&Bracha>)| {
        let cells = shown.iter().zip(&delivered).map(|(id, delivered)| match node {
            Some(node) => node.instance(*id).map_or_else(Cell::default, |seen| cell(seen, *delivered)),
            None => Cell { text: "down".into(), tone: Tone::Plain },
        });
        Row { name: name(names, NodeId(me)), cells: cells.collect() }
    };
    Table {
        title: "Broadcasts: how far each server is".into(),
        columns: std::iter::once(String::new()).chain(shown.iter().map(|id| called(names, *id))).collect(),
        rows: (0..).zip(nodes).map(row).collect(),
    }
}

/// The last that the server said in a broadcast and what it counted; a warning if others delivered another word.
fn cell(seen: &Instance, delivered: Tally) -> Cell {
    let last = match (seen.delivered, seen.readied, seen.echoed) {
        (Some(word), ..) => Some(format!("delivered {word}")),
        (None, Some(word), _) => Some(format!("ready for {word}")),
        (None, None, Some(word)) => Some(format!("echoed {word}")),
        (None, None, None) => None,
    };
    let counts = [("echoes", seen.echoes), ("readies", seen.readies)].into_iter().flat_map(|(what, tally)| {
        let heard = Word::ALL.into_iter().filter(move |word| tally.count(*word) > 0);
        heard.map(move |word| format!("{what} for {word}: {}", tally.count(word)))
    });
    let tone = match seen.delivered {
        Some(word) if delivered.count(word.other()) > 0 => Tone::Warning,
        Some(_) => Tone::Settled,
        None => Tone::Plain,
    };
    Cell { text: last.into_iter().chain(counts).collect::<Vec<_>>().join(" · "), tone }
}
