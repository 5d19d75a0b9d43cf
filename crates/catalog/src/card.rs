//! The fidelity card of a protocol: what it is faithful to, and how that is known. The same on the page and in the terminal.

use crate::Entry;
use lightcone_core::{Explored, FieldKind, Form};

/// A part of a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub title: &'static str,
    /// Its lines.
    pub lines: Vec<String>,
}

/// What every protocol of the catalogue undergoes, whichever it is.
const ALWAYS: [&str; 4] = [
    "300 runs with faults drawn within its assumptions, in which no guarantee may break",
    "the light-cone law: an edit changes nothing outside of its causal future",
    "the same runs natively, in a browser and in the terminal, by fingerprint",
    "stories with recorded traces that reach every rule",
];

/// The card of a protocol, as it is with the settings that it has where nothing is said.
pub fn card(entry: &Entry) -> Vec<Section> {
    let about = entry.about;
    let card = about.card;
    let form = (entry.form)();
    let promised = (entry.cast)(&(entry.defaults)()).map(|cast| cast.actors.invariants()).unwrap_or_default();
    let invariants = promised.iter().map(|one| format!("{}: {} ({})", one.name, one.words, one.place)).collect();
    let explored = |one: &Explored| format!("lightcone explore {} {}: {} states", about.id, one.bounds, one.states);
    let all = [
        ("Sources", lines(about.references)),
        ("What is modelled", lines(card.modelled)),
        ("What is left out, or done in another way", lines(card.departures)),
        ("What its guarantees rest on", about.assumptions.words()),
        ("Invariants, checked after every step", invariants),
        ("Planted mistakes, each found and told as a story", mistakes(&form)),
        ("How it was tested", lines(card.tested).into_iter().chain(ALWAYS.map(String::from)).collect()),
        ("Searched to the end, and nothing broke", card.explored.iter().map(explored).collect()),
    ];
    let section = |(title, lines): (&'static str, Vec<String>)| Section { title, lines };
    all.into_iter().map(section).filter(|section| !section.lines.is_empty()).collect()
}

fn lines(all: &[&str]) -> Vec<String> {
    all.iter().map(|line| line.to_string()).collect()
}

/// The deliberate mistakes that can be switched on.
fn mistakes(form: &Form) -> Vec<String> {
    let bugs = form.fields.iter().find(|field| field.name == "bug").map(|field| &field.kind);
    let Some(FieldKind::Choice(choices)) = bugs else { return Vec::new() };
    choices.iter().filter(|(id, _)| *id != "none").map(|(id, words)| format!("{words} (bug={id})")).collect()
}
