//! The keys.

use crate::keys::HELP;
use yew::prelude::*;

/// The list of keys.
pub fn body() -> Html {
    html! {
        <dl class="keys">{ for HELP.iter().map(|(keys, what)| html! {
            <div key={*keys}><dt><kbd>{ *keys }</kbd></dt><dd>{ *what }</dd></div>
        }) }</dl>
    }
}
