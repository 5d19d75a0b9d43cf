//! A participant's state as a difference, and the cluster in one table.

use super::{frame, message};
use crate::parts::{person_tone, px};
use crate::studio::Focus;
use lightcone_core::{
    NodeId,
    view::{Cell, KeyOnRing, Ring, Row, Table, Tone, Value},
};
use lightcone_diagram::{HashRing, RingColumn as Column, RingMember as Member};
use lightcone_sim::view::{Explanation, FieldDiff};
use yew::prelude::*;

/// The panel of the state after an event.
pub fn panel(why: &Explanation, focus: &Focus) -> Html {
    let name = focus.names.get(why.event.node.index()).map_or("", String::as_str);
    let title = if focus.role.is_empty() { name.to_string() } else { format!("{name} · {}", focus.role) };
    let body = html! {
        <>
            <table class="fields"><tbody>{ for why.fields.iter().map(field) }</tbody></table>
            if let Some(ring) = &why.ring {
                { placed(ring, focus) }
            }
            { for why.table.iter().chain(&why.record).map(cluster) }
        </>
    };
    frame("state", html! { title }, html! { "after this event" }, body)
}

/// So many px the ring is wide.
const SIDE: f64 = 280.0;

/// The ring, and the replicas of each key.
fn placed(ring: &Ring, focus: &Focus) -> Html {
    let mut owners: Vec<usize> = ring.points.iter().map(|(_, node)| node.index()).collect();
    owners.sort_unstable();
    owners.dedup();
    let place = |node: &NodeId| owners.binary_search(&node.index()).unwrap_or_default();
    let member = |owner: &usize| Member {
        name: focus.names.get(*owner).cloned().unwrap_or_default(),
        at: ring.points.iter().find(|(_, node)| node.index() == *owner).map_or(0, |(hash, _)| *hash),
        passing: false,
    };
    let column = |key: &KeyOnRing| Column {
        name: key.name.clone(),
        at: key.hash,
        copies: key.copies.iter().map(|(node, tone)| (place(node), *tone)).collect(),
    };
    let picture = HashRing {
        side: SIDE,
        members: owners.iter().map(member).collect(),
        points: ring.points.iter().map(|(hash, node)| (*hash, place(node))).collect(),
        columns: ring.keys.iter().map(column).collect(),
        ..HashRing::default()
    };
    html! {
        <section key="ring" class="placed">
            <h3>{ "The ring, and the replicas of each key" }</h3>
            <svg role="img" aria-label={said(ring, focus)} width={px(SIDE)} height={px(SIDE)} data-testid="placed">
                { Html::from_html_unchecked(picture.svg().into()) }
            </svg>
            <p class="calm">{ "Full: has all that any replica has. Hollow: lacks some of it. Faint: down." }</p>
        </section>
    }
}

/// The same in words.
fn said(ring: &Ring, focus: &Focus) -> String {
    let copy = |(node, tone): &(NodeId, Tone)| {
        let name = focus.names.get(node.index()).map_or("", String::as_str);
        match tone {
            Tone::Settled => name.to_string(),
            Tone::Plain => format!("{name} (down)"),
            _ => format!("{name} (lacks some of it)"),
        }
    };
    let key = |key: &KeyOnRing| {
        let copies: Vec<String> = key.copies.iter().map(copy).collect();
        format!("{} on {}", key.name, copies.join(", "))
    };
    let keys: Vec<String> = ring.keys.iter().map(key).collect();
    if keys.is_empty() { "no server holds a key".into() } else { keys.join("; ") }
}

fn field(diff: &FieldDiff) -> Html {
    let value = match (&diff.field.value, &diff.before) {
        (Value::Text(new), Some(Value::Text(old))) => html! { <span class="changed">{ old }{ " → " }{ new }</span> },
        (Value::Log(new), Some(Value::Log(old))) => message::log(new, if old.is_empty() { &BLANK } else { old }),
        (new, Some(_)) => html! { <span class="changed">{ message::value(new) }</span> },
        (new, None) => message::value(new),
    };
    html! { <tr key={diff.field.name.clone()}><th scope="row">{ &diff.field.name }</th><td>{ value }</td></tr> }
}

/// Stands for an empty log before: every entry is new against it.
static BLANK: [lightcone_core::view::LogCell; 1] =
    [lightcone_core::view::LogCell { term: 0, label: String::new(), tone: lightcone_core::view::Tone::Plain }];

fn cluster(table: &Table) -> Html {
    let row = |row: &Row| {
        html! { <tr key={row.name.clone()}><th scope="row">{ &row.name }</th>{ for row.cells.iter().enumerate().map(cell) }</tr> }
    };
    html! {
        <section key={table.title.clone()}>
            <h3>{ &table.title }</h3>
            <div class="cluster" role="region" aria-label={table.title.clone()} tabindex="0">
                <table data-testid="cluster">
                    <thead><tr>{ for table.columns.iter().enumerate().map(|(i, head)| html! { <th key={i} scope="col">{ if head.is_empty() { "who" } else { head } }</th> }) }</tr></thead>
                    <tbody>{ for table.rows.iter().map(row) }</tbody>
                </table>
            </div>
        </section>
    }
}

fn cell((place, cell): (usize, &Cell)) -> Html {
    html! { <td key={place} class={person_tone(cell.tone)}>{ &cell.text }</td> }
}
