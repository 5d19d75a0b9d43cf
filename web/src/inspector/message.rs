//! A message with its fields.

use super::frame;
use crate::parts::{person_tone, tell};
use crate::studio::{EditMsg, Focus, Msg, TimeMsg, words};
use lightcone_core::view::{LogCell, Value};
use lightcone_sim::view::{Fate, Loss, MessageSeen};
use yew::prelude::*;

/// The panel of a selected message.
pub fn selected(seen: &MessageSeen, focus: &Focus, send: &Callback<Msg>) -> Html {
    let name = |node: lightcone_core::NodeId| focus.names.get(node.index()).map_or("someone", String::as_str);
    let title = html! { format!("Message {} → {}", name(seen.from), name(seen.to)) };
    let body = html! {
        <>
            <p class="headline"><b>{ &seen.view.label }</b>{ format!(": {}", fate(seen)) }</p>
            { fields(seen) }
            <p class="cite">{ &seen.selector }</p>
            <div class="row">
                if let Fate::Delivered(event) = seen.fate {
                    <button class="small" onclick={tell(send, TimeMsg::Visit(event))}>{ "Go to its arrival" }</button>
                }
                if focus.can_drop {
                    <button class="small danger" data-testid="drop" onclick={tell(send, EditMsg::Drop(seen.index))}>{ "Drop this message" }</button>
                }
            </div>
        </>
    };
    frame("message", title, html! { format!("sent {}", words::time(seen.sent)) }, body)
}

/// What became of a message, in words.
fn fate(seen: &MessageSeen) -> String {
    match seen.fate {
        Fate::Flying => "under way at the end of the run".into(),
        Fate::Parked => "held at a partition at the end of the run".into(),
        Fate::Delivered(_) => format!("arrives at {}", words::time(seen.end)),
        Fate::Lost(Loss::Chance) => "lost on the way".into(),
        Fate::Lost(Loss::Cut(_)) => "lost at a partition or cut".into(),
        Fate::Lost(Loss::Dropped(_)) => "dropped".into(),
        Fate::Lost(Loss::ReceiverDown) => format!("lost at {}: the receiver was down", words::time(seen.end)),
    }
}

/// The fields of a message.
pub fn fields(seen: &MessageSeen) -> Html {
    html! {
        <table class="fields"><tbody>{ for seen.view.fields.iter().map(|field| html! {
            <tr key={field.name.clone()}><th scope="row">{ &field.name }</th><td>{ value(&field.value) }</td></tr>
        }) }</tbody></table>
    }
}

/// A value: words, a log as cells, or pairs.
pub fn value(value: &Value) -> Html {
    match value {
        Value::Text(text) => html! { text },
        Value::Log(cells) => log(cells, &[]),
        Value::Vector(pairs) => vector(pairs),
    }
}

/// A log as cells; those that were not in `before` stand out.
pub fn log(cells: &[LogCell], before: &[LogCell]) -> Html {
    let cell = |(place, cell): (usize, &LogCell)| {
        let new = !before.is_empty()
            && before.get(place).is_none_or(|old| (old.term, &old.label) != (cell.term, &cell.label));
        html! {
            <li key={place} class={classes!(person_tone(cell.tone), new.then_some("new"))}>
                { format!("{} {}", cell.term, cell.label) }
            </li>
        }
    };
    if cells.is_empty() {
        return html! { <span class="none">{ "empty" }</span> };
    }
    html! { <ol class="log">{ for cells.iter().enumerate().map(cell) }</ol> }
}

fn vector(pairs: &[(String, String)]) -> Html {
    html! {
        <dl class="vector">{ for pairs.iter().map(|(name, value)| html! {
            <div key={name.clone()}><dt>{ name }</dt><dd>{ value }</dd></div>
        }) }</dl>
    }
}
