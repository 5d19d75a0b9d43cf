//! The map of the models: which of them admit the history, and which implies which.

use super::{SandMsg, Sandbox, view::tell};
use lightcone_catalog::{Stance, sketch::Object};
use yew::prelude::*;

/// Where each model stands on the map, in per cent: the stronger above, arrows lead down.
const PLACES: [(u32, u32); 8] = [(50, 8), (50, 30), (26, 54), (74, 54), (13, 86), (38, 86), (63, 86), (88, 86)];
/// The same for transactions.
const LEVELS: [(u32, u32); 6] = [(50, 8), (50, 30), (22, 52), (78, 52), (50, 75), (50, 94)];

fn places(object: Object) -> &'static [(u32, u32)] {
    match object {
        Object::Transactions => &LEVELS,
        _ => &PLACES,
    }
}

/// What a stance looks like, and how it is said.
fn sign(stance: Stance) -> (&'static str, &'static str) {
    match stance {
        Stance::Holds => ("●", "admits it"),
        Stance::Broken => ("✕", "does not admit it"),
        Stance::Unfit => ("–", "does not speak of it"),
        Stance::Untold => ("◌", "cannot be told"),
    }
}

/// The map.
pub fn map(sandbox: &Sandbox, send: &Callback<SandMsg>) -> Html {
    let (models, places) = (sandbox.models(), places(sandbox.sketch.object));
    let arrow = |from: usize, to: &usize| {
        let ((x, y), (to_x, to_y)) = (places[from], places[*to]);
        html! { <path key={format!("{from}-{to}")} d={format!("M{x} {}L{to_x} {}", y + 6, to_y - 7)} /> }
    };
    let arrows =
        models.iter().enumerate().flat_map(|(from, model)| model.implies.iter().map(move |to| arrow(from, to)));
    html! {
        <>
        <p class="calm">{ "What one admits, all that its lines lead down to admit, too." }</p>
        <div class="models" role="group" aria-label="Models of consistency">
            <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">{ for arrows }</svg>
            { for (0..models.len()).map(|model| node(sandbox, model, send)) }
        </div>
        </>
    }
}

fn node(sandbox: &Sandbox, model: usize, send: &Callback<SandMsg>) -> Html {
    let (name, (x, y)) = (sandbox.models()[model].name, places(sandbox.sketch.object)[model]);
    let stance = sandbox.opinion(model).map_or(Stance::Untold, |opinion| opinion.stance);
    let (shape, words) = sign(stance);
    let chosen = sandbox.model == model;
    html! {
        <button key={model} class={classes!("model", stance.name(), chosen.then_some("on"), format!("at-{x}-{y}"))}
            data-testid={format!("model-{}", name.replace(' ', "-"))} aria-pressed={chosen.to_string()} aria-label={format!("{name}: {words}")}
            onclick={tell(send, SandMsg::Model(model))}>
            <span class="sign" aria-hidden="true">{ shape }</span>{ name }
        </button>
    }
}

/// What the chosen model says, and what it is.
pub fn verdict(sandbox: &Sandbox, send: &Callback<SandMsg>) -> Html {
    let model = &sandbox.models()[sandbox.model];
    let opinion = sandbox.opinion(sandbox.model);
    let (stance, words) = opinion.map_or((Stance::Untold, ""), |opinion| (opinion.stance, opinion.words.as_str()));
    let heading = format!(" {}", sign(stance).1);
    html! {
        <>
            <p class="headline" role="status" data-testid="model-verdict"><b>{ model.name }</b>{ heading }{ ": " }{ words }</p>
            if let Some(error) = opinion.and_then(|opinion| opinion.error) {
                <p><button class="small danger" data-testid="first-error" onclick={tell(send, SandMsg::Pick(Some(error as usize)))}>
                    { "the first wrong answer: show" }
                </button></p>
            }
            <q>{ model.words }</q>
            <p class="cite">{ format!("in our words · {}", model.place) }</p>
        </>
    }
}
