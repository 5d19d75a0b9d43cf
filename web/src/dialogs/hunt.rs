//! The search for the shortest way to break what runs here.

use super::{Props, settings};
use crate::parts::tell;
use crate::studio::{FROM, HuntMsg, PageMsg, Report};
use yew::prelude::*;

/// From where a search starts.
const STARTS: [(&str, &str); 2] = [("start", "the start"), ("moment", "this moment of the run")];

/// What came of the search so far, and what it is to look for.
pub fn body(props: &Props) -> Html {
    let hunt = &props.hunt;
    let submit = props.send.reform(|event: SubmitEvent| {
        event.prevent_default();
        HuntMsg::Begin.into()
    });
    let words = "Looks at every way that a small cluster with these settings can go, fewest faults first. Messages \
                 take as long as they like. Where nothing breaks within these bounds, it says so.";
    html! {
        <form class="settings hunt" onsubmit={submit}>
            <p>{ words }</p>
            if !hunt.report.words.is_empty() {
                { report(props, &hunt.report) }
            }
            <fieldset disabled={hunt.runs}>
                <legend>{ "What may happen how often" }</legend>
                { settings::choice(props, FROM, "from", "A run that is open goes on from what is shown.", &STARTS) }
                { for hunt.limits.iter().map(|one| settings::written(props, one.name, one.label, one.words, "number")) }
            </fieldset>
            { settings::elsewhere(props) }
            <div class="row end">
                <button type="button" onclick={tell(&props.send, PageMsg::Close)}>{ if hunt.runs { "Search on behind" } else { "Close" } }</button>
                if hunt.runs {
                    <button type="button" class="danger" data-testid="hunt-stop" onclick={tell(&props.send, HuntMsg::Stop)}>{ "Cancel the search" }</button>
                } else {
                    <button type="button" class="primary" data-testid="hunt-begin" onclick={tell(&props.send, HuntMsg::Begin)}>{ "Search" }</button>
                }
            </div>
        </form>
    }
}

fn report(props: &Props, report: &Report) -> Html {
    html! {
        <section class="found" data-testid="hunt-report" aria-label="What came of it">
            { for report.words.iter().map(|words| html! { <p key={words.clone()}>{ words }</p> }) }
            <dl class="facts" data-testid="hunt-facts">{ for report.facts.iter().map(|(name, number)| html! {
                <div key={name.clone()}><dt>{ name }</dt><dd>{ number }</dd></div>
            }) }</dl>
            if !report.steps.is_empty() {
                <ol class="steps" data-testid="hunt-steps">{ for report.steps.iter().map(|step| html! { <li>{ step }</li> }) }</ol>
            }
            if report.scenario.is_some() {
                <button type="button" class="primary" data-testid="hunt-load" onclick={tell(&props.send, HuntMsg::Load)}>{ "Load it on the diagram" }</button>
            }
        </section>
    }
}
