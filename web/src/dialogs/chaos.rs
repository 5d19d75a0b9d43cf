//! Chaos: faults from a seed, written into the scene as ordinary interventions.

use super::{Props, settings};
use crate::parts::tell;
use crate::studio::PageMsg;
use yew::prelude::*;

/// The form of chaos.
pub fn body(props: &Props) -> Html {
    let submit = props.send.reform(|event: SubmitEvent| {
        event.prevent_default();
        PageMsg::Unleash.into()
    });
    let words = "Draws faults from a seed and writes them into this scene, in place of those that chaos wrote before. \
                 Each can then be removed or undone like any other. Numbers are faults in 10 s of virtual time.";
    html! {
        <form class="settings" onsubmit={submit}>
            <p>{ words }</p>
            <fieldset>
                <legend>{ "Faults" }</legend>
                { settings::written(props, "chaos.seed", "seed", "Another seed, other faults.", "number") }
                { for props.chaos.fields.iter().map(|field| settings::field(props, "chaos", field)) }
            </fieldset>
            { settings::elsewhere(props) }
            <div class="row end">
                <button type="button" onclick={tell(&props.send, PageMsg::Close)}>{ "Cancel" }</button>
                <button type="submit" class="primary" data-testid="unleash">{ "Write these faults" }</button>
            </div>
        </form>
    }
}
