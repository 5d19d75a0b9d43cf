//! What is drawn on the stage beside the participants: links, walls, messages, and the gesture under way.

use super::px;
use crate::stage::picture::{Flown, LinkShape, LinkState, Look, Picture, WallShape};
use crate::stage::wall::smooth;
use crate::studio::{Gesture, Selected};
use lightcone_core::Flavour;
use lightcone_diagram::Point;
use lightcone_sim::view::SpellKind;
use yew::prelude::*;

/// Patterns that are told apart without colour.
pub fn patterns() -> Html {
    html! {
        <defs>
            <pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <path class="hatch-line" d="M0 0V7" />
            </pattern>
            <pattern id="hatch-wide" width="14" height="14" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <path class="hatch-line" d="M0 0V14" />
            </pattern>
        </defs>
    }
}

/// A link between two participants.
pub fn link(link: &LinkShape) -> Html {
    let class = match link.state {
        LinkState::Whole => "link",
        LinkState::Broken => "link broken",
        LinkState::NotForth | LinkState::NotBack => "link one-way",
    };
    let way = match link.state {
        LinkState::NotForth => Some((link.from, link.to)),
        LinkState::NotBack => Some((link.to, link.from)),
        _ => None,
    };
    html! {
        <g key={format!("{}-{}", link.ends.0.0, link.ends.1.0)}>
            <line {class} x1={px(link.from.x)} y1={px(link.from.y)} x2={px(link.to.x)} y2={px(link.to.y)} />
            if let Some((from, to)) = way {
                { blocked(from, to) }
            }
            if let Some(kind) = link.fault {
                { ailing(link, kind) }
            }
        </g>
    }
}

/// The pattern of what is wrong with a link, as on the diagram, and its word.
fn ailing(link: &LinkShape, kind: SpellKind) -> Html {
    let pattern = match kind {
        SpellKind::Lossy => "lossy",
        SpellKind::Copying => "copying",
        SpellKind::Clog => "clogged",
        SpellKind::Reorder => "reordered",
        _ => "slow",
    };
    let at = link.from.towards(link.to, 0.5);
    html! {
        <>
            <line class={classes!("ailing", pattern)} x1={px(link.from.x)} y1={px(link.from.y)} x2={px(link.to.x)} y2={px(link.to.y)} />
            if let Some(label) = link.label {
                <text class="ailing-label" x={px(at.x)} y={px(at.y + 4.0)}>{ label }</text>
            }
        </>
    }
}

/// A bar across the direction that lets nothing through, near its receiver.
fn blocked(from: Point, to: Point) -> Html {
    let at = from.towards(to, 0.62);
    let angle = (to.y - from.y).atan2(to.x - from.x).to_degrees();
    html! {
        <g class="blocked" transform={format!("translate({} {}) rotate({})", px(at.x), px(at.y), px(angle))}>
            <path d="M-12 0H-3M-8 -4L-3 0L-8 4" />
            <path d="M2 -8V8" />
        </g>
    }
}

/// The shaded side of a wall.
pub fn region(wall: &WallShape) -> Html {
    html! {
        <g key={wall.id}>
            <path class="region" d={wall.region.clone()} />
            <path class="region-hatch" d={wall.region.clone()} />
        </g>
    }
}

/// A wall with its ends and its words.
pub fn wall(wall: &WallShape, selected: Selected) -> Html {
    let (label, ends_there) = wall.label_at;
    let end = |at: Point| html! { <circle class="wall-end" cx={px(at.x)} cy={px(at.y)} r="5" /> };
    html! {
        <g key={wall.id} class={classes!("wall", (selected == Selected::Fault(wall.id)).then_some("selected"))} data-testid="wall">
            <path class="wall-glow" d={wall.path.clone()} />
            <path class="wall-line" d={wall.path.clone()} />
            if let Some((one, other)) = wall.ends {
                { end(one) }
                { end(other) }
            }
            <text class="wall-label" x={px(label.x)} y={px(label.y)} text-anchor={if ends_there { "end" } else { "start" }}>{ &wall.label }</text>
        </g>
    }
}

/// A message under way.
pub fn flight(flown: &Flown, selected: Selected) -> Html {
    let look = match flown.look {
        Look::Flying => "flying",
        Look::Parked => "parked",
        Look::Lost => "lost",
    };
    let class = classes!(
        "flight",
        flavour(flown.flavour),
        look,
        flown.standing.map(super::person::standing),
        (selected == Selected::Message(flown.index)).then_some("selected")
    );
    let (x, anchor) = if flown.label_left { (-10.0, "end") } else { (10.0, "start") };
    html! {
        <g key={flown.index} {class} transform={format!("translate({} {})", px(flown.at.x), px(flown.at.y))}>
            <circle class="flight-ring" r="11" />
            <path class="flight-body" d={shape(flown.flavour)} transform={format!("rotate({})", px(flown.angle))} />
            if let Some(label) = &flown.label {
                <text class="flight-label" x={px(x)} y="-9" text-anchor={anchor}>{ label }</text>
            }
        </g>
    }
}

/// The shape of a message tells its kind without colour: answers are slender, beats are small, refusals are notched.
fn shape(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Ask | Flavour::Carry | Flavour::Request => "M-7 -5.5L7.5 0L-7 5.5Z",
        Flavour::Grant | Flavour::Response => "M-6 -4L7 0L-6 4L-3 0Z",
        Flavour::Refuse => "M-6 -5L7 0L-6 5L-1 0Z",
        Flavour::Periodic => "M-5 -4L5.5 0L-5 4Z",
    }
}

/// The class of a kind of message.
pub fn flavour(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Ask => "flavour-ask",
        Flavour::Grant => "flavour-grant",
        Flavour::Refuse => "flavour-refuse",
        Flavour::Carry => "flavour-carry",
        Flavour::Periodic => "flavour-periodic",
        Flavour::Request => "flavour-request",
        Flavour::Response => "flavour-response",
    }
}

/// What the pointer is drawing.
pub fn gesture(gesture: &Gesture, picture: &Picture) -> Html {
    match gesture {
        Gesture::Stroke(points) if points.len() > 1 => html! { <path class="stroke" d={smooth(points, false)} /> },
        Gesture::Snip(from, to) => {
            let from = picture.seats.at[from.index()];
            html! { <line class="snip" x1={px(from.x)} y1={px(from.y)} x2={px(to.x)} y2={px(to.y)} /> }
        }
        _ => Html::default(),
    }
}
