//! The dialogs.

mod about;
mod chaos;
mod compare;
mod help;
mod hunt;
mod request;
mod settings;
mod share;
mod side;
mod sweep;

use crate::browser;
use crate::parts::{icons, tell};
use crate::studio::{Dialog, Draft, Limit, Msg, PageMsg, Proof, Report, RequestDraft, Side};
use lightcone_core::{Form, NodeId};
use yew::prelude::*;

/// What the dialogs need.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The one that is open.
    pub dialog: Dialog,
    /// The link of the scene.
    pub link: AttrValue,
    /// The file of the scene.
    pub file: String,
    /// The fingerprint, once the run is over.
    pub fingerprint: Option<String>,
    /// Whether the run is the one that the link promised.
    pub proof: Proof,
    /// The settings, described.
    pub form: Form,
    /// The settings of chaos, described.
    pub chaos: Form,
    /// The settings as they are being written.
    pub draft: Draft,
    /// The search for what breaks this.
    pub hunt: Sought,
    /// One setting over many runs.
    pub swept: Swept,
    /// Protocols side by side.
    pub side: Side,
    /// The request as it is being written.
    pub request: RequestDraft,
    /// The clients.
    pub clients: Vec<(NodeId, String)>,
    /// The protocol's id.
    pub protocol: AttrValue,
    /// Whether there is a previous future.
    pub previous: bool,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// What the search's dialog needs.
#[derive(Default, PartialEq)]
pub struct Sought {
    /// Whether it goes on.
    pub runs: bool,
    /// What it says of itself.
    pub report: Report,
    /// What can be bounded.
    pub limits: Vec<Limit>,
}

/// What the dialog of sweeps needs.
#[derive(Default, PartialEq)]
pub struct Swept {
    /// Whether it goes on.
    pub runs: bool,
    /// What it says of itself.
    pub words: Vec<String>,
    /// The runs as SVG.
    pub picture: AttrValue,
    /// What can be turned: its name in files and on the page.
    pub knobs: Vec<(&'static str, &'static str)>,
}

/// The dialog that is open, above the page.
#[component]
pub fn Dialogs(props: &Props) -> Html {
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with(props.dialog, move |_| browser::show_modal(&node));
    }
    let (title, body) = match props.dialog {
        Dialog::Help => ("Keys", help::body()),
        Dialog::About => ("About this protocol", about::body(props)),
        Dialog::Chaos => ("Chaos", chaos::body(props)),
        Dialog::Hunt => ("Search for the shortest way to break it", hunt::body(props)),
        Dialog::Sweep => ("Sweep one setting over many runs", sweep::body(props)),
        Dialog::Settings => ("Settings", settings::body(props)),
        Dialog::OtherSettings => ("Settings of the other run", settings::body(props)),
        Dialog::Compare => ("Compare this run with", compare::body(props)),
        Dialog::Side => ("Protocols side by side", side::body(props)),
        Dialog::Share => ("Share this run", share::body(props)),
        Dialog::Request => ("Send a request", request::body(props)),
    };
    let close = tell(&props.send, PageMsg::Close);
    let cancel = props.send.reform(|event: Event| {
        event.prevent_default();
        PageMsg::Close.into()
    });
    html! {
        <dialog ref={node} class={classes!("dialog", format!("dialog-{}", title.split(' ').next().unwrap_or_default().to_ascii_lowercase()))}
            aria-labelledby="dialog-title" data-testid="dialog" oncancel={cancel}>
            <header>
                <h2 id="dialog-title">{ title }</h2>
                <button class="quiet square" aria-label="Close" data-testid="close" onclick={close}>{ icons::close() }</button>
            </header>
            { body }
        </dialog>
    }
}
