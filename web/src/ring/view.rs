//! The ring lab as a page: the ring to draw members into and out of, what the last change moved, and the settings.

use super::{Field, RingLab, RingMsg, SCHEMES, picture::DRAWN, tables};
use crate::browser;
use crate::parts::{icons, px};
use std::rc::Rc;
use yew::prelude::*;

/// A callback that tells one thing, whatever the event was.
pub fn tell<E>(send: &Callback<RingMsg>, msg: RingMsg) -> Callback<E> {
    send.reform(move |_: E| msg.clone())
}

/// The ring lab. `link` is its whole address.
pub fn view(lab: &RingLab, link: &str, send: &Callback<RingMsg>) -> Html {
    html! {
        <div class="app sanded ringed">
            { head(link, send) }
            <main class="work ring-work">
                <Picture svg={lab.svg.clone()} side={lab.side()} send={send} />
                <p class="refused" role="status" data-testid="ring-refused">{ refused(lab) }</p>
            </main>
            <aside class="inspector" aria-label="Members and changes">
                { tables::changed(lab) }
                { tables::members(lab, send) }
                { settings(lab, send) }
                <section class="panel"><h2>{ "How to read this" }</h2>{ legend(lab) }</section>
            </aside>
        </div>
    }
}

/// What cannot be done, or why nothing is placed.
fn refused(lab: &RingLab) -> String {
    match &lab.placed {
        Err(why) if lab.refused.is_empty() => format!("Nothing is placed: {why}."),
        _ => lab.refused.clone(),
    }
}

fn head(link: &str, send: &Callback<RingMsg>) -> Html {
    html! {
        <header class="head">
            <h1 class="brand"><a href="./" data-testid="home" aria-label="Lightcone">{ icons::brand() }</a><span>{ "Consistent hashing" }</span></h1>
            <div class="crumb" />
            <div class="head-buttons">
                <button class="quiet" data-testid="ring-undo" onclick={tell(send, RingMsg::Undo)}>{ "Undo" }</button>
                <button class="primary" data-testid="ring-link" onclick={tell(send, RingMsg::Copy(link.to_string()))}>{ "Copy link" }</button>
            </div>
        </header>
    }
}

fn settings(lab: &RingLab, send: &Callback<RingMsg>) -> Html {
    let scene = &lab.scene;
    let set = |field: Field| send.reform(move |event: Event| RingMsg::Set(field, browser::text(&event)));
    let number = |label: &'static str, field: Field, value: String| {
        html! {
            <label>{ label }
                <input type="text" inputmode="numeric" autocomplete="off" {value} data-testid={format!("ring-{}", field.name())} onchange={set(field)} />
            </label>
        }
    };
    html! {
        <section class="panel">
            <h2>{ "Settings" }</h2>
            <div class="act-form ring-form">
                <label>{ "scheme" }
                    <select data-testid="ring-scheme" onchange={set(Field::Scheme)}>
                        { for SCHEMES.iter().enumerate().map(|(place, (name, words))| html! {
                            <option key={place} value={*name} selected={place == scene.scheme}>{ *words }</option>
                        }) }
                    </select>
                </label>
                { number("virtual nodes", Field::Points, scene.points.to_string()) }
                { number("keys", Field::Keys, scene.keys.to_string()) }
                { number("copies", Field::Copies, scene.copies.to_string()) }
                { number("hottest key, %", Field::Skew, scene.skew.to_string()) }
                { number("another ring", Field::Seed, scene.seed.to_string()) }
            </div>
        </section>
    }
}

fn legend(lab: &RingLab) -> Html {
    let shown = (lab.scene.keys as usize).min(DRAWN);
    let has_ring = lab.placed.as_ref().is_ok_and(|placed| placed.placement.ring().is_some());
    html! {
        <>
            <p class="calm">{ "Drag the new node into the ring, or a node out of the picture. Select a node to see what it holds." }</p>
            <p class="calm">
                { if has_ring {
                    "A key belongs to the next point of the ring, clockwise. Dots are keys; diamonds are keys that the last change moved."
                } else {
                    "This scheme has no ring: keys lie where their hashes put them, and colours tell who holds them. Diamonds are keys that the last change moved."
                } }
            </p>
            if (lab.scene.keys as usize) > DRAWN {
                <p class="calm">{ format!("{shown} of {} keys are drawn; all are counted.", lab.scene.keys) }</p>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct PictureProps {
    svg: Rc<str>,
    side: f64,
    send: Callback<RingMsg>,
}

/// The ring.
#[component]
fn Picture(props: &PictureProps) -> Html {
    let (node, frame) = (use_node_ref(), use_node_ref());
    let send = &props.send;
    {
        let (frame, send) = (frame.clone(), send.clone());
        use_effect_with((), move |()| {
            let watch = browser::watch_size(
                &frame,
                send.reform(|size: crate::stage::Size| RingMsg::Room(size.width.min(size.height))),
            );
            move || drop(watch)
        });
    }
    let down = {
        let node = node.clone();
        send.reform(move |event: PointerEvent| {
            browser::capture(&node, &event);
            RingMsg::Down(browser::point(&node, &event), browser::reach(&event))
        })
    };
    let drag = {
        let node = node.clone();
        send.reform(move |event: PointerEvent| RingMsg::Move(browser::point(&node, &event)))
    };
    let side = px(props.side);
    html! {
        <div class="ring-frame" ref={frame} data-testid="ring">
            <svg ref={node} width={side.clone()} height={side} role="img" aria-label="The ring; the tables beside it have the same"
                onpointerdown={down} onpointermove={drag} onpointerup={tell(send, RingMsg::Up)} onpointercancel={tell(send, RingMsg::Away)}>
                <g>{ Html::from_html_unchecked(props.svg.clone().into()) }</g>
            </svg>
        </div>
    }
}
