//! What was done to the run, and what of it did nothing.

use super::frame;
use crate::parts::{icons, tell};
use crate::studio::{Dialog, EditMsg, FaultLine, Focus, Msg, PageMsg, TimeMsg, Veil};
use yew::prelude::*;

/// The panel of the interventions.
pub fn panel(focus: &Focus, send: &Callback<Msg>) -> Html {
    let count = focus.faults.len();
    let body = if count == 0 && focus.causality.veil != Veil::None {
        html! { <p class="calm">{ "Nothing that may be told." }</p> }
    } else if count == 0 {
        html! { <p class="calm">{ "Nothing was done to this run. Draw a partition on the stage, or click a node or a link." }</p> }
    } else {
        html! { <ul class="faults">{ for focus.faults.iter().map(|fault| line(fault, send)) }</ul> }
    };
    let body = html! {
        <>
            { body }
            <div class="row"><button class="small" data-testid="chaos" onclick={tell(send, PageMsg::Open(Dialog::Chaos))}>{ "Chaos…" }</button></div>
        </>
    };
    frame("faults", html! { "What was done" }, html! { count.to_string() }, body)
}

fn line(fault: &FaultLine, send: &Callback<Msg>) -> Html {
    let idle = fault.idle.as_ref().map(|why| format!("did nothing: {why}"));
    let title = if fault.at.is_some() { "Go there" } else { "Select" };
    html! {
        <li key={fault.id} class={classes!(fault.idle.is_some().then_some("idle"), fault.selected.then_some("selected"))}>
            <button class="jump" {title} onclick={tell(send, TimeMsg::VisitFault(fault.id))}>{ &fault.words }</button>
            <button class="quiet square small" aria-label={format!("Remove: {}", fault.words)} title="Remove"
                onclick={tell(send, EditMsg::Remove(fault.id))}>{ icons::close() }</button>
            if let Some(why) = idle {
                <p class="idle-why">{ why }</p>
            }
        </li>
    }
}
