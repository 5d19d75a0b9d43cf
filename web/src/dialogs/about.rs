//! The fidelity card of the protocol.

use super::Props;
use crate::engine;
use lightcone_catalog::card::Section;
use yew::prelude::*;

/// Its parts, each with its lines.
pub fn body(props: &Props) -> Html {
    let section = |section: Section| {
        html! {
            <section key={section.title}>
                <h3>{ section.title }</h3>
                <ul>{ for section.lines.into_iter().map(|line| html! { <li key={line.clone()}>{ line }</li> }) }</ul>
            </section>
        }
    };
    html! { <div class="about" data-testid="card">{ for engine::card(&props.protocol).into_iter().map(section) }</div> }
}
