//! What the run is to be compared with.

use super::Props;
use crate::engine;
use crate::parts::tell;
use crate::studio::{CompareMsg, Dialog, PageMsg, With};
use yew::prelude::*;

/// The choices.
pub fn body(props: &Props) -> Html {
    let send = &props.send;
    let choice = |id: String, title: String, words: &'static str, with: With| {
        html! {
            <button key={id.clone()} data-testid={id} onclick={tell(send, CompareMsg::With(with))}>
                <b>{ title }</b><span>{ words }</span>
            </button>
        }
    };
    let other = |(id, title): (String, String)| {
        choice(
            format!("with-{id}"),
            title,
            "another protocol, under the same faults and the same workload",
            With::Protocol(id),
        )
    };
    html! {
        <div class="choices">
            <button data-testid="with-previous" disabled={!props.previous} onclick={tell(send, CompareMsg::With(With::Previous))}>
                <b>{ "The previous future" }</b>
                <span>{ if props.previous { "what would have come without the last edit" } else { "nothing was edited yet" } }</span>
            </button>
            { choice("with-seed".into(), "Another seed".into(), "the same scene, decided by other chances", With::Seed) }
            <button data-testid="with-settings" onclick={tell(send, PageMsg::Open(Dialog::OtherSettings))}>
                <b>{ "Other settings…" }</b><span>{ "the same scene, set up differently" }</span>
            </button>
            <button data-testid="with-side" onclick={tell(send, PageMsg::Open(Dialog::Side))}>
                <b>{ "Protocols side by side…" }</b><span>{ "lost writes, stale reads, refusals, latency and messages of each, as numbers" }</span>
            </button>
            { for engine::protocols().into_iter().filter(|(id, _)| *id != props.protocol).map(other) }
        </div>
    }
}
