//! The page of Lightcone.

use yew::prelude::*;

/// The whole page.
#[component]
pub fn App() -> Html {
    html! {
        <main>
            <h1>{ "Lightcone" }</h1>
        </main>
    }
}

/// Draws the page into the document's body and keeps it running.
#[cfg(target_arch = "wasm32")]
pub fn launch() {
    yew::Renderer::<App>::new().render();
}
