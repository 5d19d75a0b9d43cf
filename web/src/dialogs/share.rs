//! The link of the scene, its fingerprint, and its file.

use super::Props;
use crate::parts::tell;
use crate::studio::{PageMsg, Proof};
use yew::prelude::*;

/// The link, the fingerprint and the file.
pub fn body(props: &Props) -> Html {
    let copy = |text: &str| tell(&props.send, PageMsg::Copy(text.to_string()));
    html! {
        <div class="share">
            <p>{ "The link holds the whole scene: whoever opens it sees exactly this run. Nothing is sent to a server." }</p>
            <label for="share-link">{ "Link" }</label>
            <div class="row">
                <input id="share-link" class="grow" type="text" readonly=true value={props.link.clone()} data-testid="link" />
                <button class="primary" data-testid="copy-link" onclick={copy(&props.link)}>{ "Copy" }</button>
            </div>
            <p class="fingerprint">
                { "Fingerprint of the run " }
                if let Some(print) = &props.fingerprint {
                    <code data-testid="fingerprint">{ print }</code>
                } else {
                    <span>{ "comes when the run is computed" }</span>
                }
                { proof(props.proof) }
            </p>
            <label for="share-file">{ "The same scene as a file" }</label>
            <textarea id="share-file" readonly=true rows="12" spellcheck="false" value={props.file.clone()} data-testid="file" />
            <div class="row"><button class="small" onclick={copy(&props.file)}>{ "Copy the file" }</button></div>
        </div>
    }
}

fn proof(proof: Proof) -> Html {
    match proof {
        Proof::Matches => html! { <span class="matches" data-testid="proof">{ " ✓ replay matches the link" }</span> },
        Proof::Differs => html! { <span class="differs" data-testid="proof">{ " ✕ differs from the link" }</span> },
        Proof::None | Proof::Promised(_) => Html::default(),
    }
}
