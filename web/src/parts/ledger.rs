//! The second run beside the first: its diagram, and both in numbers.

use super::{px, tell, tell_if};
use crate::browser;
use crate::stage::Size;
use crate::studio::{ChartMsg, CompareMsg, Entry, Msg, RoamMsg};
use std::rc::Rc;
use yew::prelude::*;

/// What the second run needs.
#[derive(Properties, PartialEq)]
pub struct SecondProps {
    /// What it is.
    pub title: String,
    /// How the two differ.
    pub words: String,
    /// What is under the pointer.
    pub hint: String,
    /// Its diagram as SVG.
    pub svg: Rc<str>,
    /// The playhead as SVG.
    pub needle: Rc<str>,
    /// Where the keyboard stands there, as SVG.
    pub ring: Rc<str>,
    /// The space of either diagram.
    pub size: Size,
    /// Whether it is seen where there is no room for both.
    pub seen: bool,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// The diagram of the second run. What zooms and pans one zooms and pans both.
#[component]
pub fn Second(props: &SecondProps) -> Html {
    let (node, frame) = (use_node_ref(), use_node_ref());
    let (marks, needle) = (super::use_painted(&props.svg), super::use_painted(&props.needle));
    let ring = super::chart_view::use_ring(&props.ring);
    let send = &props.send;
    let at = |meaning: fn(i32, lightcone_diagram::Point) -> Msg| {
        let node = node.clone();
        send.reform(move |event: PointerEvent| meaning(event.pointer_id(), browser::point(&node, &event)))
    };
    let down = {
        let node = node.clone();
        tell_if(send, move |event: PointerEvent| {
            browser::capture(&node, &event);
            Some(CompareMsg::Down(event.pointer_id(), browser::point(&node, &event)).into())
        })
    };
    let moves = {
        let node = node.clone();
        tell_if(send, move |event: PointerEvent| {
            let at = browser::point(&node, &event);
            Some(if event.buttons() == 0 {
                CompareMsg::Aim(Some(at)).into()
            } else {
                ChartMsg::Move(event.pointer_id(), at).into()
            })
        })
    };
    html! {
        <section class={classes!("chart", "second", props.seen.then_some("seen"))} aria-label={format!("Beside it: {}", props.title)} data-testid="other-run">
            <header class="second-head">
                <b>{ &props.title }</b>
                <span class="grow" role="status" data-testid="second-words">{ if props.hint.is_empty() { &props.words } else { &props.hint } }</span>
                <button class="small quiet only-compact" data-testid="second-switch" onclick={tell(send, CompareMsg::Switch)}>
                    { if props.seen { "Show this run" } else { "Show the other run" } }
                </button>
                <button class="small quiet" data-testid="second-close" onclick={tell(send, CompareMsg::Close)}>{ "End comparison" }</button>
            </header>
            <div class="chart-frame roams beside" ref={frame.clone()} tabindex="0" role="application" data-testid="roams-beside"
                aria-label="Lanes and messages of the other run: arrow keys go from mark to mark"
                onfocus={super::chart_view::enter(&frame, send, CompareMsg::Roam(RoamMsg::Enter))} onblur={tell(send, CompareMsg::Roam(RoamMsg::Leave))}>
                <svg ref={node.clone()} class="diagram" width={px(props.size.width)} height={px(props.size.height)} role="img"
                    aria-label={format!("Virtual time and messages: {}", props.title)} onpointerdown={down} onpointermove={moves}
                    onpointerup={at(|id, at| CompareMsg::Up(id, at).into())} onpointerleave={tell(send, CompareMsg::Aim(None))}
                    onwheel={super::chart_view::wheel(&node, send)}>
                    <g ref={marks} />
                    <g ref={needle} />
                    <g ref={ring} />
                </svg>
            </div>
        </section>
    }
}

/// Both runs in numbers, and what the other one leaves out.
pub fn ledger(title: &str, entries: &[Entry], left_out: &[String]) -> Html {
    let line = |entry: &Entry| {
        html! {
            <tr key={entry.what}><th scope="row">{ entry.what }</th>{ for entry.cells.iter().map(|cell| html! { <td>{ cell }</td> }) }</tr>
        }
    };
    html! {
        <section class="panel panel-ledger" data-testid="panel-ledger">
            <h2>{ "Two runs" }<span class="aside">{ "this run and " }{ title }</span></h2>
            if entries.is_empty() {
                <p class="calm">{ "Both are being computed." }</p>
            } else {
                <table class="ledger">
                    <thead><tr><td></td><th scope="col">{ "this" }</th><th scope="col">{ "other" }</th><th scope="col">{ "difference" }</th></tr></thead>
                    <tbody>{ for entries.iter().map(line) }</tbody>
                </table>
            }
            if !left_out.is_empty() {
                <h3>{ "Does nothing in the other run" }</h3>
                <ul class="effects">{ for left_out.iter().map(|line| html! { <li>{ line }</li> }) }</ul>
            }
        </section>
    }
}
