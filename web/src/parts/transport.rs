//! The transport bar: where in virtual time we are, and how it passes.

use super::{icons, px, tell, tell_if, use_painted};
use crate::browser;
use crate::studio::{Msg, PageMsg, SPEEDS, TimeMsg, words};
use lightcone_core::Micros;
use lightcone_diagram::scrub_time_at;
use std::rc::Rc;
use yew::prelude::*;

/// What the bar needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Whether time passes.
    pub playing: bool,
    /// The instant that is shown.
    pub playhead: Micros,
    /// The end of the run.
    pub until: Micros,
    /// Which event is shown, of how many, in words.
    pub count: AttrValue,
    /// Microseconds for each second.
    pub speed: u64,
    /// The scrub strip as SVG.
    pub svg: Rc<str>,
    /// The width of the strip.
    pub strip: f64,
    /// What stands above it: which part of the run the diagram shows.
    pub map: Html,
    /// Inside someone else's page: the link of the full page.
    pub full: Option<AttrValue>,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// The transport bar.
#[component]
pub fn Transport(props: &Props) -> Html {
    let send = &props.send;
    let (icon, name) = if props.playing { (icons::pause(), "Pause") } else { (icons::play(), "Play") };
    html! {
        <footer class="transport">
            <div class="steps">
                <button class="quiet step" aria-label="Previous event" title="Previous event (←)" data-testid="previous"
                    onclick={tell(send, TimeMsg::Previous)}>{ icons::previous() }<kbd>{ "←" }</kbd></button>
                <button class="play" aria-label={name} title={format!("{name} (space)")} data-testid="play"
                    onclick={tell(send, TimeMsg::Toggle)}>{ icon }</button>
                <button class="quiet step" aria-label="Next event" title="Next event (→)" data-testid="next"
                    onclick={tell(send, TimeMsg::Next)}>{ icons::next() }<kbd>{ "→" }</kbd></button>
            </div>
            <p class="time" data-testid="time">
                <b>{ words::clock(props.playhead) }</b>{ " ms" }
                <span class="time-dot">{ " · " }</span>
                <span class="time-event">{ &props.count }</span>
            </p>
            <div class="strips">
                { props.map.clone() }
            <Strip svg={props.svg.clone()} width={props.strip} until={props.until} playhead={props.playhead} {send} />
            </div>
            { speed(props) }
            if let Some(full) = &props.full {
                <a class="open-full" href={full} target="_blank" rel="noopener" data-testid="open-full">{ "Open in Lightcone" }</a>
            } else {
                <button class="quiet another" data-testid="another-run" onclick={tell(send, TimeMsg::AnotherRun)}>{ "Another run" }</button>
            }
        </footer>
    }
}

fn speed(props: &Props) -> Html {
    let choose = tell_if(&props.send, |event: Event| {
        let speed = browser::text(&event).parse().ok()?;
        Some(TimeMsg::Speed(speed).into())
    });
    let option = |speed: u64| {
        html! { <option key={speed} value={speed.to_string()} selected={speed == props.speed}>{ words::speed(speed) }</option> }
    };
    html! {
        <label class="speed">
            <span>{ "1 s shows" }</span>
            <select data-testid="speed" aria-label="One second shows" onchange={choose}>{ for SPEEDS.into_iter().map(option) }</select>
        </label>
    }
}

/// What the strip needs.
#[derive(Properties, PartialEq)]
struct StripProps {
    svg: Rc<str>,
    width: f64,
    until: Micros,
    playhead: Micros,
    send: Callback<Msg>,
}

/// The whole run in one line, with a knob.
#[component]
fn Strip(props: &StripProps) -> Html {
    let node = use_painted(&props.svg);
    let frame = use_node_ref();
    let held = use_mut_ref(|| false);
    {
        let (frame, send) = (frame.clone(), props.send.clone());
        use_effect_with((), move |()| {
            let watch = browser::watch_size(
                &frame,
                send.reform(|size: crate::stage::Size| PageMsg::StripWidth(size.width).into()),
            );
            move || drop(watch)
        });
    }
    let (until, width, send) = (props.until, props.width, &props.send);
    let seek = {
        let node = node.clone();
        move |event: &PointerEvent| {
            Msg::from(TimeMsg::Seek(scrub_time_at(until, width, browser::point(&node, event).x)))
        }
    };
    let down = {
        let (node, held, seek) = (node.clone(), held.clone(), seek.clone());
        send.reform(move |event: PointerEvent| {
            browser::capture(&node, &event);
            *held.borrow_mut() = true;
            seek(&event)
        })
    };
    let moves = {
        let held = held.clone();
        tell_if(send, move |event: PointerEvent| held.borrow().then(|| seek(&event)))
    };
    let release = Callback::from(move |_: PointerEvent| *held.borrow_mut() = false);
    html! {
        <div class="scrub-frame" ref={frame}>
            <svg ref={node} class="diagram scrub" width={px(width)} height="30" role="slider" tabindex="0" aria-label="Playhead"
                aria-valuemin="0" aria-valuemax={(until.0 / 1_000).to_string()} aria-valuenow={(props.playhead.0 / 1_000).to_string()}
                aria-valuetext={words::time(props.playhead)} data-testid="scrub"
                onpointerdown={down} onpointermove={moves} onpointerup={release.clone()} onpointercancel={release} />
        </div>
    }
}
