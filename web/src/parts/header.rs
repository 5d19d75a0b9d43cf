//! The head of the page: what is open, and what can be done with it as a whole.

use super::{icons, tell};
use crate::browser;
use crate::engine;
use crate::ring;
use crate::studio::{Dialog, EditMsg, Msg, PageMsg, SANDBOX, Theme};
use yew::prelude::*;

/// What the head needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The protocol's id.
    pub protocol: AttrValue,
    /// What the scene is called.
    pub title: String,
    /// The colours.
    pub theme: Theme,
    /// What can be taken back.
    pub undo: Option<AttrValue>,
    /// What can be made again.
    pub redo: Option<AttrValue>,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// The head of the page.
#[component]
pub fn Header(props: &Props) -> Html {
    let send = &props.send;
    let switch = send.reform(|event: Event| PageMsg::Protocol(browser::text(&event)).into());
    let option = |(id, title): (String, String)| {
        html! { <option key={id.clone()} value={id.clone()} selected={props.protocol == id}>{ title }</option> }
    };
    html! {
        <header class="head">
            <h1 class="brand">{ icons::brand() }<span>{ "Lightcone" }</span></h1>
            <div class="crumb">
                <select class="crumb-protocol" aria-label="Protocol" data-testid="protocol" onchange={switch}>
                    { for engine::protocols().into_iter().map(option) }
                </select>
                <button class="quiet square small" data-testid="about" aria-label="About this protocol" title="About this protocol"
                    onclick={tell(send, PageMsg::Open(Dialog::About))}>{ icons::about() }</button>
                <span class="crumb-slash" aria-hidden="true">{ "/" }</span>
                <b class="crumb-title">{ &props.title }</b>
            </div>
            <div class="head-buttons">
                { history("Undo edit", "undo", &props.undo, icons::undo(), tell(send, EditMsg::Undo)) }
                { history("Redo edit", "redo", &props.redo, icons::redo(), tell(send, EditMsg::Redo)) }
                <a class="wide-only" href={SANDBOX} data-testid="sandbox">{ "Histories" }</a>
                <a class="wide-only" href={ring::PAGE} data-testid="ring-page">{ "Ring" }</a>
                <button class="quiet wide-only" data-testid="help" onclick={tell(send, PageMsg::Open(Dialog::Help))}>{ "Keys" }</button>
                <button class="quiet square" data-testid="theme" onclick={tell(send, PageMsg::Theme)}
                    aria-label={format!("Colours: {}", props.theme.name())} title={format!("Colours: {}", props.theme.name())}>
                    { icons::theme() }
                </button>
                <button class="settings-button" data-testid="settings" onclick={tell(send, PageMsg::Open(Dialog::Settings))}>
                    { icons::settings() }<span>{ "Settings" }</span>
                </button>
                <button class="compare-button" data-testid="compare" title="Two runs at once (p)" onclick={tell(send, PageMsg::Open(Dialog::Compare))}>
                    { icons::compare() }<span>{ "Compare" }</span>
                </button>
                <button class="primary" data-testid="share" onclick={tell(send, PageMsg::Open(Dialog::Share))}>{ "Share" }</button>
            </div>
        </header>
    }
}

fn history(name: &str, id: &'static str, what: &Option<AttrValue>, icon: Html, onclick: Callback<MouseEvent>) -> Html {
    let label = what.as_ref().map_or(format!("{name}: nothing to {id}"), |what| format!("{name}: {what}"));
    html! {
        <button class="quiet square" data-testid={id} disabled={what.is_none()} aria-label={label.clone()} title={label} {onclick}>
            { icon }
        </button>
    }
}
