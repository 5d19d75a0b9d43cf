//! The stage: the cluster at the playhead.

use super::{Readout, Same, StageMenu, Toolbar, person::person, px, stage_marks as marks, tell_if};
use crate::browser;
use crate::stage::Picture;
use crate::studio::{Gesture, MenuView, Msg, PageMsg, ReadoutLine, Selected, StageMsg, Tool};
use lightcone_sim::Across;
use std::rc::Rc;
use yew::prelude::*;

/// What the stage needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The cluster as shapes.
    pub picture: Same<Picture>,
    /// The readout.
    pub readout: Rc<Vec<ReadoutLine>>,
    /// What is selected.
    pub selected: Selected,
    /// The tool in hand.
    pub tool: Tool,
    /// What becomes of messages across the next partition.
    pub across: Across,
    /// What the pointer is doing.
    pub gesture: Gesture,
    /// The menu that is open.
    pub menu: Option<Same<MenuView>>,
    /// Whether everything is held, and a person is the network.
    pub network: bool,
    /// Whether something is apart.
    pub apart: bool,
    /// Whether there are clients.
    pub clients: bool,
    /// Whether someone was moved.
    pub moved: bool,
    /// Inside someone else's page.
    pub embed: bool,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// The stage.
#[component]
pub fn StageView(props: &Props) -> Html {
    let node = use_node_ref();
    let frame = use_node_ref();
    use_size(&frame, &props.send);
    let Props { picture, selected, gesture, send, .. } = props;
    html! {
        <section class={classes!("stage", tool_class(props.tool))} aria-label="Stage" data-testid="stage">
            <Readout lines={props.readout.clone()} />
            <div class="stage-frame" ref={frame}>
                <svg ref={node.clone()} class="stage-svg" width={px(picture.seats.size.width)} height={px(picture.seats.size.height)}
                    role="group" aria-label="The cluster at this instant"
                    onpointerdown={down(&node, send)} onpointermove={moves(&node, send, gesture)} onpointerup={super::with_shift(send, up(&node, send))}
                    onpointercancel={super::tell(send, StageMsg::Cancel)}>
                    { marks::patterns() }
                    <g class="regions">{ for picture.walls.iter().map(marks::region) }</g>
                    <g class="links">{ for picture.links.iter().map(marks::link) }</g>
                    <g class="walls">{ for picture.walls.iter().map(|wall| marks::wall(wall, *selected)) }</g>
                    <g class="people">{ for picture.people.iter().map(|p| {
                        let radius = picture.seats.radius;
                        person(p, radius, picture.seats.client_box(), *selected == Selected::Node(p.node), picture.tangled, send)
                    }) }</g>
                    <g class="flights">{ for picture.flights.iter().map(|flown| marks::flight(flown, *selected)) }</g>
                    { marks::gesture(gesture, picture) }
                </svg>
                if let Some(menu) = &props.menu {
                    <StageMenu menu={Same(menu.0.clone())} {send} />
                }
            </div>
            <Toolbar tool={props.tool} network={props.network} across={props.across} apart={props.apart} clients={props.clients} moved={props.moved} {send} />
        </section>
    }
}

/// Tells the size of the frame, not of the picture in it: the picture must not hold its own frame open.
#[hook]
fn use_size(frame: &NodeRef, send: &Callback<Msg>) {
    let (frame, send) = (frame.clone(), send.clone());
    use_effect_with((), move |()| {
        let watch = browser::watch_size(&frame, send.reform(|size| PageMsg::StageSize(size).into()));
        move || drop(watch)
    });
}

fn tool_class(tool: Tool) -> String {
    format!("tool-{}", tool.words().0.to_ascii_lowercase())
}

fn down(node: &NodeRef, send: &Callback<Msg>) -> Callback<PointerEvent> {
    let node = node.clone();
    tell_if(send, move |event: PointerEvent| {
        if event.button() != 0 {
            return None;
        }
        browser::capture(&node, &event);
        Some(StageMsg::Down(browser::point(&node, &event)).into())
    })
}

fn moves(node: &NodeRef, send: &Callback<Msg>, gesture: &Gesture) -> Option<Callback<PointerEvent>> {
    let node = node.clone();
    let move_to = move |event: PointerEvent| StageMsg::Move(browser::point(&node, &event)).into();
    (*gesture != Gesture::Idle).then(|| send.reform(move_to))
}

fn up(node: &NodeRef, send: &Callback<Msg>) -> Callback<PointerEvent> {
    let node = node.clone();
    send.reform(move |event: PointerEvent| StageMsg::Up(browser::point(&node, &event)).into())
}
