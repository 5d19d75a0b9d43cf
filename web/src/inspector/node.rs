//! A selected participant and what can be done to it.

use super::frame;
use crate::parts::tell;
use crate::studio::{EditMsg, Msg, NodeFocus, PageMsg, Selected, Sheet, StageMsg};
use lightcone_core::NodeKind;
use yew::prelude::*;

/// The panel of a selected participant.
pub fn panel(seen: &NodeFocus, send: &Callback<Msg>) -> Html {
    let crash = if seen.up { "Crash" } else { "Restart" };
    let cause = |label: &String| {
        html! {
            <button key={label.clone()} class="small" onclick={tell(send, EditMsg::Cause(seen.node, label.clone()))}>{ label }</button>
        }
    };
    let body = html! {
        <div class="row">
            <button class="small" data-testid="crash-selected" onclick={tell(send, EditMsg::CrashOrRestart(seen.node))}>{ crash }</button>
            if seen.kind == NodeKind::Client {
                <button class="small" data-testid="ask-selected" onclick={tell(send, PageMsg::Ask(seen.node))}>{ "Send a request…" }</button>
            }
            { for seen.stimuli.iter().map(cause) }
            <button class="small" data-testid="do-more" onclick={tell(send, StageMsg::Menu(Sheet::Node(seen.node)))}>{ "More…" }</button>
            <button class="small quiet" onclick={tell(send, Selected::Nothing)}>{ "Let go" }</button>
        </div>
    };
    frame("node", html! { format!("{} is selected", seen.name) }, html! { &seen.words }, body)
}
