//! Who could know of what: the selection's past and future in numbers, the chain to a second one, what is hidden, and
//! what would be if the selection had not happened.

use super::{button, frame};
use crate::parts::tell;
use crate::studio::{CONCURRENT, CausalMsg, Focus, Msg, ReadingMsg, Stands, Tells, TimeMsg, Veil};
use yew::prelude::*;

/// The panel of what is selected; nothing if it has neither past nor future.
pub fn panel(focus: &Focus, send: &Callback<Msg>) -> Html {
    if focus.stands.is_none() && focus.what_if.is_none() && focus.outcome.is_none() {
        return Html::default();
    }
    let about = focus.stands.as_ref().map_or("", |stands| &stands.words);
    let body = html! {
        <>
            if let Some(stands) = &focus.stands {
                { counts(stands) }
                if let Some(clock) = &stands.clock {
                    { tells(clock, send) }
                }
                { chain(stands, focus, send) }
            }
            { what_if(focus, send) }
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

/// What the logical clock tells of the others, beside the truth.
fn tells(clock: &Tells, send: &Callback<Msg>) -> Html {
    let line = |(truth, count, said): &(&'static str, usize, String)| {
        html! { <tr key={*truth}><td><b>{ count }</b>{ " " }{ truth }</td><td>{ said }</td></tr> }
    };
    html! {
        <>
            <table class="tells" data-testid="tells">
                <thead><tr><th>{ "In truth" }</th><th>{ format!("Its clock, {}, says", clock.stamp) }</th></tr></thead>
                <tbody>{ for clock.lines.iter().map(line) }</tbody>
            </table>
            <div class="row">{ button("claims", Some(clock.shown), "Say so at each event", send, ReadingMsg::Claims) }</div>
        </>
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
                { button("second", Some(aiming), if aiming { "Now select the second one" } else { "How does it stand to another?" }, send, CausalMsg::Aim(!aiming)) }
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
                    { button("keep", None, "Keep it", send, CausalMsg::Keep) }
                    { button("back", None, "Back", send, CausalMsg::Back) }
                </div>
            </div>
        };
    }
    let Some(words) = focus.what_if else { return Html::default() };
    html! { <div class="row">{ button("what-if", None, words, send, CausalMsg::WhatIf) }</div> }
}

/// The panel of what is shown and what is hidden.
pub fn veils(focus: &Focus, send: &Callback<Msg>) -> Html {
    let now = focus.causality.veil;
    let choice = |veil: Veil, id: &'static str, words: String| {
        let on = now == veil;
        html! {
            <button class={classes!("segment", on.then_some("on"))} aria-pressed={on.to_string()} data-testid={id}
                onclick={tell(send, CausalMsg::Veil(veil))}>{ words }</button>
        }
    };
    let narrow = focus.causality.narrow;
    let body = html! {
        <>
            <div class="segments veils" role="group" aria-label="What is shown">
                { choice(Veil::None, "veil-none", "everything".into()) }
                { choice(Veil::Curtain, "veil-curtain", "until now".into()) }
                if let Some(node) = focus.at_hand {
                    { choice(Veil::Knows(node), "veil-knows", format!("what {} knows", focus.names[node.index()])) }
                }
            </div>
            if focus.stands.is_some() || narrow {
                <div class="row">{ button("narrow", Some(narrow), "Hide what could not have mattered", send, CausalMsg::Narrow) }</div>
            }
        </>
    };
    frame("shown", html! { "What is shown" }, Html::default(), body)
}
