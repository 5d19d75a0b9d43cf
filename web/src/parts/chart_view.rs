//! The space-time diagram.

use super::{Same, px, tell, tell_if, with_shift};
use crate::browser;
use crate::stage::Size;
use crate::studio::{ChartMsg, Msg, PageMsg, Piece, RoamMsg};
use lightcone_diagram::{Area, Viewport};
use std::rc::Rc;
use yew::prelude::*;

/// What the diagram needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The diagram as SVG, without the playhead, or what lies below a crowd.
    pub svg: Rc<str>,
    /// The pieces of a crowd.
    pub pieces: Same<Vec<Piece>>,
    /// Where they are seen.
    pub plot: Area,
    /// What lies above that, captions, and the places of a search as SVG.
    pub flags: Rc<str>,
    /// What judges have found, as SVG.
    pub found: Rc<str>,
    /// The playhead as SVG.
    pub needle: Rc<str>,
    /// Where the keyboard stands, as SVG.
    pub ring: Rc<str>,
    /// Its space.
    pub size: Size,
    /// What is under the pointer, in words.
    pub hint: Option<String>,
    /// What a drag does, or what the last edit changed, in words.
    pub change: String,
    /// The caption at the playhead, where captions stand below the diagram; without words before the first.
    pub caption: Option<String>,
    /// How many participants there are.
    pub lanes: usize,
    /// Whether time runs down.
    pub down: bool,
    /// Whether pointers draw on it.
    pub pen: bool,
    /// What stands above it.
    pub bar: Html,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// The space-time diagram.
#[component]
pub fn ChartView(props: &Props) -> Html {
    let node = use_node_ref();
    let frame = use_node_ref();
    use_room(&frame, props);
    let marks = use_painted(&props.svg);
    let flags = use_painted(&props.flags);
    let found = use_painted(&props.found);
    let needle = use_painted(&props.needle);
    let ring = use_ring(&props.ring);
    let send = &props.send;
    html! {
        <section class={classes!("chart", props.down.then_some("runs-down"), props.pen.then_some("drawing"))} aria-label="Space-time diagram" data-testid="diagram">
            { props.bar.clone() }
            if let Some(caption) = &props.caption {
                <p class="chart-caption" data-testid="caption-now">{ caption.clone() }</p>
            }
            <div class="chart-frame roams" ref={frame.clone()} tabindex="0" role="application" aria-label="Lanes and messages: arrow keys go from mark to mark"
                data-testid="roams" onfocus={enter(&frame, send, RoamMsg::Enter)} onblur={tell(send, RoamMsg::Leave)}>
                <svg ref={node.clone()} class="diagram" width={px(props.size.width)} height={px(props.size.height)} role="img"
                    aria-label="Virtual time and messages between participants"
                    onpointerdown={down(&node, send)} onpointermove={with_point(&node, send, ChartMsg::Move)}
                    onpointerup={with_shift(send, with_point(&node, send, ChartMsg::Up))} onpointercancel={tell(send, ChartMsg::Leave)}
                    onpointerleave={tell(send, ChartMsg::Leave)} onwheel={wheel(&node, send)}>
                    <g ref={marks} />
                    { crowd(props) }
                    <g ref={flags} />
                    <g ref={found} />
                    <g ref={needle} />
                    <g ref={ring} />
                </svg>
            </div>
            <div class="zoom">
                <button class="square" aria-label="Closer in time" title="Closer in time (+)" data-testid="zoom-in"
                    onclick={tell(send, ChartMsg::Zoom(0.7))}>{ "+" }</button>
                <button class="square" aria-label="Wider in time" title="Wider in time (−)" data-testid="zoom-out"
                    onclick={tell(send, ChartMsg::Zoom(1.4))}>{ "−" }</button>
            </div>
            <p class="chart-hint" aria-hidden="true">{ props.hint.clone().unwrap_or_default() }</p>
            <p class="chart-change" role="status" data-testid="change">{ props.change.clone() }</p>
        </section>
    }
}

/// The pieces of a crowd, cut off where the plot ends.
fn crowd(props: &Props) -> Html {
    let Area { x, y, width, height } = props.plot;
    let [x, y, width, height] = [x, y, width, height].map(px);
    let view_box = format!("{x} {y} {width} {height}");
    html! {
        <svg {x} {y} {width} {height} viewBox={view_box}>
            { for props.pieces.iter().map(|Piece { from, svg, place, .. }| html! {
                <g key={*from} transform={place.clone()}>{ Html::from_html_unchecked(svg.clone().into()) }</g>
            }) }
        </svg>
    }
}

/// A group that holds this SVG.
#[hook]
pub fn use_painted(svg: &Rc<str>) -> NodeRef {
    let group = use_node_ref();
    let (painted, before) = (group.clone(), use_mut_ref(|| Rc::from("")));
    use_effect_with(svg.clone(), move |svg| {
        let old = before.replace(svg.clone());
        browser::paint(&painted, &old, svg);
    });
    group
}

/// A group that shows where the keyboard stands, in sight.
#[hook]
pub fn use_ring(svg: &Rc<str>) -> NodeRef {
    let group = use_painted(svg);
    let painted = group.clone();
    use_effect_with(svg.clone(), move |svg| {
        if !svg.is_empty() {
            browser::bring(&painted);
        }
    });
    group
}

/// The keyboard comes by a key, and not by a click.
pub fn enter(frame: &NodeRef, send: &Callback<Msg>, msg: impl Into<Msg>) -> Callback<FocusEvent> {
    let (frame, msg) = (frame.clone(), msg.into());
    tell_if(send, move |_| browser::shows_focus(&frame).then(|| msg.clone()))
}

/// Tells the space of the diagram: the frame, or more where the lanes would lie too close.
#[hook]
fn use_room(frame: &NodeRef, props: &Props) {
    let (frame, send) = (frame.clone(), props.send.clone());
    use_effect_with(props.lanes, move |lanes| {
        let lanes = *lanes;
        let room = move |size: Size| {
            let height = if size.width < 560.0 { size.height } else { size.height.max(Viewport::needed_height(lanes)) };
            PageMsg::ChartSize(Size { width: size.width, height }).into()
        };
        let watch = browser::watch_size(&frame, send.reform(room));
        move || drop(watch)
    });
}

fn down(node: &NodeRef, send: &Callback<Msg>) -> Callback<PointerEvent> {
    let node = node.clone();
    tell_if(send, move |event: PointerEvent| {
        if event.button() != 0 {
            return None;
        }
        browser::capture(&node, &event);
        let at = browser::point(&node, &event);
        Some(ChartMsg::Down(event.pointer_id(), at, browser::reach(&event)).into())
    })
}

fn with_point(
    node: &NodeRef,
    send: &Callback<Msg>,
    msg: fn(i32, lightcone_diagram::Point) -> ChartMsg,
) -> Callback<PointerEvent> {
    let node = node.clone();
    send.reform(move |event: PointerEvent| msg(event.pointer_id(), browser::point(&node, &event)).into())
}

/// Control and wheel zoom around the pointer, shift and wheel go along time; a plain wheel scrolls the page.
pub fn wheel(node: &NodeRef, send: &Callback<Msg>) -> Callback<WheelEvent> {
    let node = node.clone();
    tell_if(send, move |event: WheelEvent| {
        let turned = if event.delta_y() != 0.0 { event.delta_y() } else { event.delta_x() };
        let msg = if event.ctrl_key() || event.meta_key() {
            ChartMsg::ZoomAt(browser::point(&node, &event), (turned * 0.002).clamp(-0.5, 0.5).exp())
        } else if event.shift_key() || event.delta_x().abs() > event.delta_y().abs() {
            ChartMsg::Pan((turned * 0.0008).clamp(-0.5, 0.5))
        } else {
            return None;
        };
        event.prevent_default();
        Some(msg.into())
    })
}
