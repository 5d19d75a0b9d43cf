//! The inspector: why this happened, what was seen of the guarantees, and the state as a difference.

mod causality;
mod faults;
mod guarantees;
mod inbox;
mod message;
mod node;
mod state;
mod why;

use crate::{
    parts::{Same, tell},
    studio::{Focus, Msg},
};
use yew::prelude::*;

/// What every panel of the inspector needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is shown.
    pub focus: Same<Focus>,
    /// How long a selected message shall fly, in ms, as it is being written.
    pub flight: Option<String>,
    /// What the search for what breaks this says.
    pub hunting: Option<String>,
    /// Two runs in numbers, where there are two.
    pub ledger: Html,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// The inspector. Its panels keep their order whatever is selected.
#[component]
pub fn Inspector(props: &Props) -> Html {
    let Props { focus, send, .. } = props;
    html! {
        <aside class="inspector" id="inspector" tabindex="-1" aria-label="Inspector" data-testid="inspector">
            { props.ledger.clone() }
            if let Some(waiting) = &focus.inbox {
                { inbox::panel(waiting, send) }
            }
            if let Some(seen) = &focus.node {
                { node::panel(seen, send) }
            }
            if let Some(seen) = &focus.message {
                { message::selected(seen, focus, props.flight.as_deref(), send) }
            }
            { causality::panel(focus, send) }
            if let Some(why) = &focus.why {
                { why::panel(why, focus, send) }
            }
            { guarantees::panel(focus, props.hunting.as_deref(), send) }
            { causality::veils(focus, send) }
            if let Some(why) = &focus.why {
                { state::panel(why, focus) }
            }
            { faults::panel(focus, send) }
        </aside>
    }
}

/// A small button; one that is `on` or off says so.
fn button(id: &'static str, on: Option<bool>, words: &'static str, send: &Callback<Msg>, msg: impl Into<Msg>) -> Html {
    let pressed = on.map(|on| on.to_string());
    html! {
        <button class={classes!("small", (on == Some(true)).then_some("on"))} aria-pressed={pressed} data-testid={id}
            onclick={tell(send, msg)}>{ words }</button>
    }
}

/// A panel with its head and what stands at the right of the head.
fn frame(id: &'static str, title: Html, aside: Html, body: Html) -> Html {
    html! {
        <section key={id} class={classes!("panel", format!("panel-{id}"))} data-testid={format!("panel-{id}")}>
            <h2>{ title }<span class="aside">{ aside }</span></h2>
            { body }
        </section>
    }
}
