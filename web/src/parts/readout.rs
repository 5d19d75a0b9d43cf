//! What each side of the stage can do, in the protocol's own words.

use crate::studio::ReadoutLine;
use std::rc::Rc;
use yew::prelude::*;

/// What the readout needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Its lines.
    pub lines: Rc<Vec<ReadoutLine>>,
}

/// The readout.
#[component]
pub fn Readout(props: &Props) -> Html {
    let line = |(place, line): (usize, &ReadoutLine)| {
        let able = match line.able {
            Some(true) => "able",
            Some(false) => "unable",
            None => "",
        };
        html! {
            <li key={place} class={able}>
                if !line.members.is_empty() {
                    <b>{ &line.members }</b>{ " · " }
                }
                { &line.words }
            </li>
        }
    };
    html! { <ul class="readout" data-testid="readout">{ for props.lines.iter().enumerate().map(line) }</ul> }
}
