//! A message with its fields.

use super::frame;
use crate::browser;
use crate::parts::{person_tone, tell, tell_if};
use crate::studio::{EditMsg, Focus, Msg, PageMsg, TimeMsg, words};
use lightcone_core::{
    Micros,
    view::{LogCell, Value},
};
use lightcone_sim::{
    Fault,
    view::{Fate, Loss, MessageSeen},
};
use yew::prelude::*;

/// The panel of a selected message. `flight` is how long it shall fly, as it is being written.
pub fn selected(seen: &MessageSeen, focus: &Focus, flight: Option<&str>, send: &Callback<Msg>) -> Html {
    let name = |node: lightcone_core::NodeId| focus.names.get(node.index()).map_or("someone", String::as_str);
    let title = html! { format!("Message {} → {}", name(seen.from), name(seen.to)) };
    let to = |fault: Fault| tell(send, EditMsg::To(seen.index, fault));
    let body = html! {
        <>
            <p class="headline"><b>{ &seen.view.label }</b>{ ": " }{ if focus.hidden { "under way".into() } else { fate(seen) } }</p>
            { fields(seen) }
            <p class="cite">{ &seen.selector }</p>
            <div class="row">
                if let Fate::Delivered(event) = seen.fate {
                    <button class="small" onclick={tell(send, TimeMsg::Visit(event))}>{ "Go to its arrival" }</button>
                }
                if focus.under_way {
                    <button class="small" data-testid="deliver" onclick={tell(send, EditMsg::Deliver(seen.index))}>{ "Deliver now" }</button>
                }
                <button class="small" data-testid="duplicate" onclick={to(Fault::Duplicate)}>{ "Duplicate" }</button>
                if focus.can_lie {
                    <button class="small" data-testid="lie" onclick={to(Fault::Lie { nth: 1 })}>{ "Replace by a lie" }</button>
                }
                if focus.can_drop {
                    <button class="small danger" data-testid="drop" onclick={to(Fault::Drop)}>{ "Drop this message" }</button>
                }
            </div>
            if !focus.hidden {
                { flies_for(seen, flight, send) }
            }
        </>
    };
    frame("message", title, html! { format!("sent {}", words::time(seen.sent)) }, body)
}

/// How long the message flies, to be changed.
fn flies_for(seen: &MessageSeen, flight: Option<&str>, send: &Callback<Msg>) -> Html {
    let now = words::number(seen.end.minus(seen.sent));
    let text = flight.unwrap_or(&now).to_string();
    let asked: Option<Micros> = format!("{}ms", text.trim()).parse().ok().filter(|time: &Micros| time.0 > 0);
    let index = seen.index;
    let submit = tell_if(send, move |event: SubmitEvent| {
        event.prevent_default();
        asked.map(|to| EditMsg::To(index, Fault::Move { to }).into())
    });
    let oninput = send.reform(|event: InputEvent| PageMsg::Flight(browser::text(&event)).into());
    html! {
        <form class="row flight-form" onsubmit={submit}>
            <label for="flight">{ "flies for" }</label>
            <input id="flight" type="text" inputmode="decimal" autocomplete="off" size="6" value={text} data-testid="flight"
                aria-invalid={asked.is_none().to_string()} {oninput} />
            <span>{ "ms" }</span>
            <button class="small" type="submit" disabled={asked.is_none() || flight.is_none()} data-testid="move">{ "Move" }</button>
        </form>
    }
}

/// What became of a message, in words.
fn fate(seen: &MessageSeen) -> String {
    match seen.fate {
        Fate::Flying => "under way at the end of the run".into(),
        Fate::Parked => "held at the end of the run".into(),
        Fate::Waiting => format!("arrives at {} and waits at the end of the run", words::time(seen.end)),
        Fate::Delivered(_) => format!("arrives at {}", words::time(seen.end)),
        Fate::Lost(Loss::Chance) => "lost on the way".into(),
        Fate::Lost(Loss::Lossy(_)) => "lost on a lossy link".into(),
        Fate::Lost(Loss::Cut(_)) => "lost at a partition or cut".into(),
        Fate::Lost(Loss::Dropped(_)) => "dropped".into(),
        Fate::Lost(Loss::LinkFull) => "lost: too many waited before the link".into(),
        Fate::Lost(Loss::InboxFull) => format!("lost at {}: too many waited at the receiver", words::time(seen.end)),
        Fate::Lost(Loss::InCrash) => format!("arrives at {}, lost when the receiver crashed", words::time(seen.end)),
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
