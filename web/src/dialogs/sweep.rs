//! One setting over many runs.

use super::{Props, settings};
use crate::browser;
use crate::parts::tell;
use crate::studio::{CONDITION, KNOB, MEASURE, PageMsg, SEEDS, SweepMsg, VALUES, has_condition, measures};
use yew::prelude::*;

/// What came of the sweep so far, and what the next one is to be.
pub fn body(props: &Props) -> Html {
    let swept = &props.swept;
    let submit = props.send.reform(|event: SubmitEvent| {
        event.prevent_default();
        SweepMsg::Begin.into()
    });
    let words = "Runs this scene with many seeds and several values of one setting, and takes one number of each run.";
    let values = "With commas between. 3..7 is every whole number from 3 to 7.";
    html! {
        <form class="settings sweep" onsubmit={submit}>
            <p>{ words }</p>
            if !swept.words.is_empty() {
                { found(props) }
            }
            <fieldset disabled={swept.runs}>
                <legend>{ "What differs, and what is measured" }</legend>
                { settings::choice(props, KNOB, "Setting", "What the runs differ in.", &swept.knobs) }
                { settings::written(props, VALUES, "Values", values, "text") }
                { settings::written(props, SEEDS, "Seeds", "How many runs with each value.", "number") }
                { settings::choice(props, MEASURE, "Measure", "What is taken of each run.", &measures()) }
                if has_condition(props.draft.text(MEASURE)) {
                    { settings::written(props, CONDITION, "What happens", "Such as someone becomes leader, n1 crashes, c1 is answered #3.", "text") }
                }
            </fieldset>
            <div class="row end">
                <button type="button" onclick={tell(&props.send, PageMsg::Close)}>{ if swept.runs { "Run on behind" } else { "Close" } }</button>
                if swept.runs {
                    <button type="button" class="danger" data-testid="sweep-stop" onclick={tell(&props.send, SweepMsg::Stop)}>{ "Cancel" }</button>
                } else {
                    <button type="submit" class="primary" data-testid="sweep-begin">{ "Run them" }</button>
                }
            </div>
        </form>
    }
}

/// A dot is a run: a click opens it, and with the keyboard ← and → go from dot to dot.
fn found(props: &Props) -> Html {
    let swept = &props.swept;
    let send = props.send.clone();
    let onclick = Callback::from(move |event: MouseEvent| {
        if let Some(run) = browser::dot(&event) {
            send.emit(SweepMsg::Pick(run).into());
        }
    });
    let send = props.send.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        if let Some(run) = browser::dot(&event).filter(|_| browser::pressed(&event)) {
            send.emit(SweepMsg::Pick(run).into());
        }
        browser::step_dot(&event);
    });
    html! {
        <section class="found" data-testid="sweep-report" aria-label="What came of it">
            { for swept.words.iter().map(|words| html! { <p>{ words }</p> }) }
            if !swept.picture.is_empty() {
                <div class="picture" data-testid="sweep-picture" {onclick} {onkeydown}>{ Html::from_html_unchecked(swept.picture.clone()) }</div>
                <p class="field-words">{ "A dot is a run. Choose one to open it; ← and → go from dot to dot." }</p>
            }
        </section>
    }
}
