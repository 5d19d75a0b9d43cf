//! Why an event happened, and what did not.

use super::message;
use crate::browser;
use crate::parts::tell;
use crate::studio::{Doubt, Focus, JudgeMsg, Msg, TimeMsg, words};
use lightcone_core::{Cite, Note};
use lightcone_sim::view::{ChainKind, ChainLink, Explanation};
use yew::prelude::*;

/// The rule that the headline stands on: the last that fired.
fn rule(why: &Explanation) -> Option<&Note> {
    why.notes.iter().rev().find(|note| note.fired)
}

/// Why this happened.
pub fn panel(why: &Explanation, focus: &Focus, send: &Callback<Msg>) -> Html {
    let failed: Vec<&Note> = why.notes.iter().filter(|note| !note.fired).collect();
    let also: Vec<&Note> = why.notes.iter().filter(|note| note.fired).collect();
    let body = html! {
        <>
            { headline(&why.headline) }
            if let Some(note) = rule(why) {
                <q>{ note.rule.words }</q>
                <p class="cite">{ format!("in our words · {} · rule: {}", note.rule.place, note.rule.name) }</p>
            }
            <ol class="chain">{ for why.chain.iter().enumerate().map(|link| chain_link(link, why.chain.len(), send)) }</ol>
            if also.len() > 1 {
                { notes("Rules followed", &also) }
            }
            if !failed.is_empty() {
                { notes("What did not happen", &failed) }
            }
            if !why.effects.is_empty() {
                <h3>{ "What it did" }</h3>
                <ul class="effects">{ for why.effects.iter().enumerate().map(|(i, effect)| html! { <li key={i}>{ effect }</li> }) }</ul>
            }
            if let Some(doubt) = &focus.doubt {
                { why_not(doubt, focus, send) }
            }
            if focus.message.is_none() {
                if let Some(seen) = &why.message {
                    <details class="fold" key="message">
                        <summary>{ format!("The message: {}", seen.view.label) }</summary>
                        { message::fields(seen) }
                    </details>
                }
            }
        </>
    };
    super::frame("why", html! { "Why this happened" }, html! { words::time(why.event.at) }, body)
}

/// Which rule was not followed there, and why.
fn why_not(doubt: &Doubt, focus: &Focus, send: &Callback<Msg>) -> Html {
    let choose = send.reform(|event: Event| JudgeMsg::WhyNot(browser::text(&event).parse().ok()).into());
    let option = |(place, rule): (usize, &Cite)| {
        html! { <option key={place} value={place.to_string()} selected={doubt.asked == Some(place)}>{ rule.name }</option> }
    };
    let answer = doubt.words(&focus.names).map(|(words, event)| {
        let cite = doubt.answer.as_ref().map_or("", |answer| answer.rule.place);
        let words = html! { <>{ words }<code>{ format!(" {cite}") }</code></> };
        match event {
            Some(event) => {
                html! { <button class="jump" onclick={tell(send, TimeMsg::Visit(event))}>{ words }</button> }
            }
            None => words,
        }
    });
    html! {
        <div class="why-not">
            <label>{ "Why not: " }
                <select data-testid="why-not" onchange={choose}>
                    <option value="" selected={doubt.asked.is_none()}>{ "choose a rule" }</option>
                    { for doubt.rules.iter().enumerate().map(option) }
                </select>
            </label>
            <p role="status" data-testid="why-not-answer">{ answer.unwrap_or_default() }</p>
        </div>
    }
}

/// The headline, in bold up to its colon: the rest is the reason.
fn headline(words: &str) -> Html {
    match words.split_once(": ") {
        Some((what, reason)) => {
            html! { <p class="headline" data-testid="headline"><b>{ what }</b>{ ": " }{ reason }</p> }
        }
        None => html! { <p class="headline" data-testid="headline"><b>{ words }</b></p> },
    }
}

fn chain_link((place, link): (usize, &ChainLink), length: usize, send: &Callback<Msg>) -> Html {
    let class = classes!(
        match link.kind {
            ChainKind::Knew => "knew",
            ChainKind::NothingCame => "nothing-came",
        },
        (place + 1 == length).then_some("itself")
    );
    let content = html! {
        <>
            if link.kind == ChainKind::NothingCame {
                <span class="heard">{ "because nothing came: " }</span>
            }
            { &link.words }{ " " }<code>{ words::time(link.at) }</code>
        </>
    };
    html! {
        <li key={place} {class}>
            if let Some(to) = link.event.map(TimeMsg::Visit).or(link.fault.map(TimeMsg::VisitFault)) {
                <button class="jump" onclick={tell(send, to)}>{ content }</button>
            } else {
                { content }
            }
        </li>
    }
}

fn notes(title: &'static str, notes: &[&Note]) -> Html {
    let item = |(place, note): (usize, &&Note)| {
        html! { <li key={place}><b>{ note.rule.name }</b>{ ": " }{ &note.why }<code>{ format!(" {}", note.rule.place) }</code></li> }
    };
    html! {
        <>
            <h3>{ title }</h3>
            <ul class="notes">{ for notes.iter().enumerate().map(item) }</ul>
        </>
    }
}
