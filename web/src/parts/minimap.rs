//! The strip that shows which part of the run the diagram shows.

use super::{px, tell_if, use_painted};
use crate::browser;
use crate::studio::{MAP_HEIGHT, MapMsg, Msg, words};
use lightcone_core::Micros;
use lightcone_sim::view::Window;
use std::rc::Rc;
use yew::prelude::*;

/// What the strip needs.
#[derive(Properties, PartialEq)]
pub struct MinimapProps {
    /// The strip as SVG.
    pub svg: Rc<str>,
    /// Its width.
    pub width: f64,
    /// What the diagram shows.
    pub window: Window,
    /// The end of the run.
    pub until: Micros,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// The strip: its frame is dragged, made longer or shorter at its edges, or moved by keys.
#[component]
pub fn MinimapStrip(props: &MinimapProps) -> Html {
    let MinimapProps { svg, width, window, until, send } = props;
    let node = use_node_ref();
    let painted = use_painted(svg);
    let on = |meaning: fn(&NodeRef, &PointerEvent) -> MapMsg| {
        let node = node.clone();
        tell_if(send, move |event: PointerEvent| Some(meaning(&node, &event).into()))
    };
    let down = on(|node, event| {
        browser::capture(node, event);
        MapMsg::Down(event.pointer_id(), browser::point(node, event).x, browser::reach(event))
    });
    let moves = on(|node, event| MapMsg::Move(event.pointer_id(), browser::point(node, event).x));
    let up = on(|_, event| MapMsg::Up(event.pointer_id()));
    html! {
        <svg ref={node.clone()} class="diagram minimap" width={px(*width)} height={px(MAP_HEIGHT)} role="slider" tabindex="0"
            aria-label="What the diagram shows" aria-valuemin="0" aria-valuemax={(until.0 / 1_000).to_string()}
            aria-valuenow={(window.from.0 / 1_000).to_string()}
            aria-valuetext={format!("from {} to {}", words::time(window.from), words::time(window.to))} data-testid="minimap"
            onpointerdown={down} onpointermove={moves} onpointerup={up.clone()} onpointercancel={up}>
            <g ref={painted} />
        </svg>
    }
}
