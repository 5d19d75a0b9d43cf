//! The settings, made from the protocol's own description of them.

use super::Props;
use crate::browser;
use crate::parts::tell;
use crate::studio::{CompareMsg, Dialog, PageMsg, With};
use lightcone_core::{Field, FieldKind};
use yew::prelude::*;

/// The fields that every scene has: name in files, name on the page, what it means.
const COMMON: [(&str, &str, &str); 4] = [
    ("network.latency", "Latency", "How long a message flies, such as 5ms..20ms."),
    ("network.loss", "Loss", "The share of messages that links lose at random, in per cent."),
    ("seed", "Seed", "Everything that chance decides comes from this number."),
    ("until", "Until", "The end of the run, such as 2s."),
];

/// The form of the settings.
pub fn body(props: &Props) -> Html {
    let other = props.dialog == Dialog::OtherSettings;
    let submit = props.send.reform(move |event: SubmitEvent| {
        event.prevent_default();
        if other { CompareMsg::With(With::Settings).into() } else { PageMsg::Apply.into() }
    });
    html! {
        <form class="settings" onsubmit={submit}>
            <fieldset>
                <legend>{ "Protocol" }</legend>
                { for props.form.fields.iter().map(|one| field(props, "settings", one)) }
            </fieldset>
            <fieldset>
                <legend>{ "Network and run" }</legend>
                { for COMMON.iter().map(|(name, label, words)| written(props, name, label, words, "text")) }
                { order(props) }
            </fieldset>
            { elsewhere(props) }
            <div class="row end">
                <button type="button" onclick={tell(&props.send, PageMsg::Close)}>{ "Cancel" }</button>
                <button type="submit" class="primary" data-testid="apply">{ if other { "Compare" } else { "Run" } }</button>
            </div>
        </form>
    }
}

/// What is wrong with something that has no field in the form.
pub fn elsewhere(props: &Props) -> Html {
    let wrong = props.draft.wrong.as_ref().filter(|(field, _)| !known(props, field));
    wrong.map_or_else(Html::default, |(_, wrong)| {
        html! { <p class="wrong" role="alert" data-testid="settings-error">{ wrong }</p> }
    })
}

/// Whether a field stands in the form, so that its error stands beside it.
fn known(props: &Props, field: &str) -> bool {
    COMMON.iter().any(|(name, _, _)| *name == field)
        || field == "chaos.seed"
        || (props.dialog == Dialog::Sweep && field.starts_with("sweep."))
        || props.hunt.limits.iter().any(|one| one.name == field)
        || props.form.fields.iter().any(|own| field.strip_prefix("settings.") == Some(own.name))
        || props.chaos.fields.iter().any(|own| field.strip_prefix("chaos.") == Some(own.name))
}

/// A field that is described.
pub fn field(props: &Props, place: &str, field: &Field) -> Html {
    let name = format!("{place}.{}", field.name);
    match &field.kind {
        FieldKind::Number { min, max } => {
            written(props, &name, field.label, &format!("{} From {min} to {max}.", field.words), "number")
        }
        FieldKind::Duration | FieldKind::Range | FieldKind::Ranges => {
            written(props, &name, field.label, field.words, "text")
        }
        FieldKind::Numbers { min, max } => {
            written(props, &name, field.label, &format!("{} Each from {min} to {max}.", field.words), "text")
        }
        FieldKind::Switch => switch(props, &name, field),
        FieldKind::Choice(choices) => choice(props, &name, field.label, field.words, choices),
    }
}

/// A field that is written in, with what is wrong with it.
pub fn written(props: &Props, name: &str, label: &str, words: &str, kind: &'static str) -> Html {
    let key = name.to_string();
    let oninput = props.send.reform(move |event: InputEvent| PageMsg::Write(key.clone(), browser::text(&event)).into());
    let wrong = props.draft.wrong.as_ref().filter(|(field, _)| field == name).map(|(_, wrong)| wrong.clone());
    let id = format!("field-{name}");
    html! {
        <div key={name.to_string()} class={classes!("field", wrong.is_some().then_some("is-wrong"))}>
            <label for={id.clone()}>{ label.to_string() }</label>
            <input id={id.clone()} type="text" inputmode={if kind == "number" { "numeric" } else { "text" }} value={props.draft.text(name).to_string()}
                aria-describedby={format!("{id}-words")} aria-invalid={wrong.is_some().to_string()}
                data-testid={id.clone()} autocomplete="off" {oninput} />
            <p id={format!("{id}-words")} class="field-words">{ words.to_string() }</p>
            if let Some(wrong) = wrong {
                <p class="wrong" role="alert" data-testid="settings-error">{ wrong }</p>
            }
        </div>
    }
}

fn switch(props: &Props, name: &str, field: &Field) -> Html {
    let key = name.to_string();
    let onchange =
        props.send.reform(move |event: Event| PageMsg::Write(key.clone(), browser::ticked(&event).to_string()).into());
    let id = format!("field-{name}");
    html! {
        <div key={name.to_string()} class="field switch">
            <input id={id.clone()} type="checkbox" checked={props.draft.text(name) == "true"} data-testid={id.clone()} {onchange} />
            <label for={id}>{ field.label }</label>
            <p class="field-words">{ field.words }</p>
        </div>
    }
}

/// A field that is one of a few.
pub fn choice(props: &Props, name: &str, label: &str, words: &str, choices: &[(&'static str, &'static str)]) -> Html {
    let key = name.to_string();
    let onchange = props.send.reform(move |event: Event| PageMsg::Write(key.clone(), browser::text(&event)).into());
    let id = format!("field-{name}");
    let text = props.draft.text(name);
    html! {
        <div key={name.to_string()} class="field">
            <label for={id.clone()}>{ label.to_string() }</label>
            <select {id} {onchange}>
                { for choices.iter().map(|(value, shown)| html! { <option key={*value} value={*value} selected={text == *value}>{ *shown }</option> }) }
            </select>
            <p class="field-words">{ words.to_string() }</p>
        </div>
    }
}

fn order(props: &Props) -> Html {
    let choices = [("any", "any order"), ("fifo", "the order of sending")];
    choice(
        props,
        "network.order",
        "Links deliver in",
        "Whether messages of one link can overtake each other.",
        &choices,
    )
}
