//! Who could know of what: the selection's past and future in numbers, the chain to a second one, what is hidden, and
//! what would be if the selection had not happened.

use super::frame;
use crate::parts::tell;
use crate::studio::{CONCURRENT, CausalMsg, Focus, Msg, Stands, TimeMsg, Veil};
use yew::prelude::*;

/// The panel of causality.
pub fn panel(focus: &Focus, send: &Callback<Msg>) -> Html {
    let about = focus.stands.as_ref().map_or("", |stands| &stands.words);
    let body = html! {
        <>
            if let Some(stands) = &focus.stands {
                { counts(stands) }
                { chain(stands, focus, send) }
            } else {
                <p class="calm">{ "Select an event or a message to see what could have mattered to it." }</p>
            }
            { what_if(focus, send) }
            { veils(focus, send) }
        </>
    };
    frame("causality", html! { "Causality" }, html! { about }, body)
}

fn counts(stands: &Stands) -> Html {
    let line = |class: &'static str, words: &'static str, count: usize| {
        let events = if count == 1 { "event" } else { "events" };
        html! { <li {class}>{ words }{ ": " }<b>{ count }</b>{ " " }{ events }</li> }
    };
    html! {
        <ul class="stands" data-testid="stands">
            { line("stands-past", "could have mattered", stands.past) }
            if let Some((concurrent, future)) = stands.rest {
                { line("stands-apart", "concurrent", concurrent) }
                { line("stands-future", "can be influenced", future) }
            }
        </ul>
    }
}

fn chain(stands: &Stands, focus: &Focus, send: &Callback<Msg>) -> Html {
    let aiming = focus.causality.aiming;
    let link = |(place, (event, words)): (usize, &(usize, String))| {
        html! { <li key={place}><button class="jump" onclick={tell(send, TimeMsg::Visit(*event))}>{ words }</button></li> }
    };
    html! {
        <>
            if let Some(chain) = &stands.chain {
                if chain.is_empty() {
                    <p class="calm" data-testid="concurrent">{ CONCURRENT }</p>
                } else {
                    <ol class="chain" data-testid="chain">{ for chain.iter().enumerate().map(link) }</ol>
                }
            }
            <div class="row">
                <button class={classes!("small", aiming.then_some("on"))} aria-pressed={aiming.to_string()} data-testid="second"
                    title="Or hold Shift as you select it" onclick={tell(send, CausalMsg::Aim(!aiming))}>
                    { if aiming { "Now select the second one" } else { "How does it stand to another?" } }
                </button>
            </div>
        </>
    }
}

fn what_if(focus: &Focus, send: &Callback<Msg>) -> Html {
    if let Some((without, outcome)) = &focus.outcome {
        return html! {
            <div class="what-if" data-testid="what-if-outcome">
                <p><b>{ without }</b>{ ": " }{ outcome }{ ". On the diagram, what would be instead is the ghost." }</p>
                <div class="row">
                    <button class="small" data-testid="keep" onclick={tell(send, CausalMsg::Keep)}>{ "Keep it" }</button>
                    <button class="small quiet" data-testid="back" onclick={tell(send, CausalMsg::Back)}>{ "Back" }</button>
                </div>
            </div>
        };
    }
    let Some(words) = focus.what_if else { return Html::default() };
    html! {
        <div class="row"><button class="small" data-testid="what-if" onclick={tell(send, CausalMsg::WhatIf)}>{ words }</button></div>
    }
}

/// What is hidden, and the switches for it.
fn veils(focus: &Focus, send: &Callback<Msg>) -> Html {
    let now = focus.causality.veil;
    let choice = |veil: Veil, id: &'static str, words: String| {
        let on = now == veil;
        html! {
            <button class={classes!("segment", on.then_some("on"))} aria-pressed={on.to_string()} data-testid={id}
                onclick={tell(send, CausalMsg::Veil(veil))}>{ words }</button>
        }
    };
    let narrow = focus.causality.narrow;
    html! {
        <>
            <div class="segments veils" role="group" aria-label="What is shown">
                { choice(Veil::None, "veil-none", "everything".into()) }
                { choice(Veil::Curtain, "veil-curtain", "until now".into()) }
                if let Some(node) = focus.at_hand {
                    { choice(Veil::Knows(node), "veil-knows", format!("what {} knows", focus.names[node.index()])) }
                }
            </div>
            if focus.stands.is_some() {
                <div class="row">
                    <button class={classes!("small", narrow.then_some("on"))} aria-pressed={narrow.to_string()} data-testid="narrow"
                        onclick={tell(send, CausalMsg::Narrow)}>{ "Hide what could not have mattered" }</button>
                </div>
            }
        </>
    }
}
