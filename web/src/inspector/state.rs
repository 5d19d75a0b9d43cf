//! A participant's state as a difference, and the cluster in one table.

use super::{frame, message};
use crate::parts::person_tone;
use crate::studio::Focus;
use lightcone_core::view::{Cell, Row, Table, Value};
use lightcone_sim::view::{Explanation, FieldDiff};
use yew::prelude::*;

/// The panel of the state after an event.
pub fn panel(why: &Explanation, focus: &Focus) -> Html {
    let name = focus.names.get(why.event.node.index()).map_or("", String::as_str);
    let title = if focus.role.is_empty() { name.to_string() } else { format!("{name} · {}", focus.role) };
    let body = html! {
        <>
            <table class="fields"><tbody>{ for why.fields.iter().map(field) }</tbody></table>
            { for why.table.iter().chain(&why.record).map(cluster) }
        </>
    };
    frame("state", html! { title }, html! { "after this event" }, body)
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
