//! A client's request.

use super::Props;
use crate::browser;
use crate::parts::tell;
use crate::studio::{PageMsg, RequestDraft, VERBS};
use lightcone_core::NodeId;
use yew::prelude::*;

/// The form of a request.
pub fn body(props: &Props) -> Html {
    let draft = &props.request;
    let submit = props.send.reform(|event: SubmitEvent| {
        event.prevent_default();
        PageMsg::Send.into()
    });
    html! {
        <form class="request" onsubmit={submit}>
            <p>{ "It is sent at the playhead." }</p>
            <div class="row">
                <label>{ "client" }
                    <select onchange={edit(props, |draft, text| draft.client = NodeId(text.parse().unwrap_or_default()))}>
                        { for props.clients.iter().map(|(node, name)| html! {
                            <option key={node.0} value={node.0.to_string()} selected={*node == draft.client}>{ name }</option>
                        }) }
                    </select>
                </label>
                <label>{ "does" }
                    <select data-testid="request-verb" onchange={edit(props, |draft, text| draft.verb = text)}>
                        { for VERBS.into_iter().map(|verb| html! { <option key={verb} value={verb} selected={draft.verb == verb}>{ verb }</option> }) }
                    </select>
                </label>
                <label>{ "key" }
                    <input type="text" data-testid="request-key" value={draft.key.clone()} oninput={write(props, |draft, text| draft.key = text)} />
                </label>
                if draft.writes() {
                    <label>{ "value" }
                        <input type="text" data-testid="request-value" value={draft.value.clone()} oninput={write(props, |draft, text| draft.value = text)} />
                    </label>
                }
            </div>
            <div class="row end">
                <code class="preview">{ draft.op() }</code>
                <button type="button" onclick={tell(&props.send, PageMsg::Close)}>{ "Cancel" }</button>
                <button type="submit" class="primary" data-testid="request-send">{ "Send" }</button>
            </div>
        </form>
    }
}

fn edit(props: &Props, change: fn(&mut RequestDraft, String)) -> Callback<Event> {
    let draft = props.request.clone();
    props.send.reform(move |event: Event| {
        let mut draft = draft.clone();
        change(&mut draft, browser::text(&event));
        PageMsg::Draft(draft).into()
    })
}

fn write(props: &Props, change: fn(&mut RequestDraft, String)) -> Callback<InputEvent> {
    let draft = props.request.clone();
    props.send.reform(move |event: InputEvent| {
        let mut draft = draft.clone();
        change(&mut draft, browser::text(&event));
        PageMsg::Draft(draft).into()
    })
}
