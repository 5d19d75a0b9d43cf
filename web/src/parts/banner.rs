//! The message above everything.

use super::{icons, tell};
use crate::studio::{Banner, Msg, PageMsg};
use yew::prelude::*;

/// What the banner needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What it says, if anything.
    pub banner: Option<Banner>,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// Shows what went wrong until it is dismissed.
#[component]
pub fn BannerBar(props: &Props) -> Html {
    let Some(banner) = &props.banner else { return Html::default() };
    html! {
        <div class="banner" role="alert" data-testid="banner">
            <div>
                <p>{ &banner.words }</p>
                if !banner.lines.is_empty() {
                    <ul>{ for banner.lines.iter().map(|line| html! { <li key={line.clone()}>{ line }</li> }) }</ul>
                }
            </div>
            <button class="quiet" onclick={tell(&props.send, PageMsg::Dismiss)} aria-label="Dismiss this message">{ icons::close() }</button>
        </div>
    }
}
