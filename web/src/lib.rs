//! The page of Lightcone: a Yew application, and only that.
//!
//! Everything the page knows is one plain value, the [`studio::Studio`]; [`app::App`] draws it. Below the root everything
//! takes props. One file touches the browser: [`browser`].

pub mod app;
pub mod browser;
pub mod dialogs;
pub mod engine;
pub mod inspector;
pub mod keys;
pub mod parts;
pub mod ring;
pub mod sandbox;
pub mod stage;
pub mod studio;

pub use app::App;

/// Draws the page into the document's body and keeps it running.
#[cfg(target_arch = "wasm32")]
pub fn launch() {
    yew::Renderer::<App>::new().render();
}
