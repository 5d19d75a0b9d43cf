//! The sandbox as a page: lanes to draw on, the selected operation, and the map of the models.

use super::{Field, SandMsg, Sandbox, form::known, map};
use crate::browser;
use crate::parts::{icons, px};
use crate::stage::Size;
use lightcone_catalog::sketch::{Act, EXAMPLES, End, Object};
use std::rc::Rc;
use yew::prelude::*;

/// A callback that tells one thing, whatever the event was.
pub fn tell<E>(send: &Callback<SandMsg>, msg: SandMsg) -> Callback<E> {
    send.reform(move |_: E| msg.clone())
}

/// The sandbox. `link` is the whole address of the history.
pub fn view(sandbox: &Sandbox, link: &str, send: &Callback<SandMsg>) -> Html {
    html! {
        <div class="app sanded">
            { head(sandbox, link, send) }
            <main class="work sand">
                <Board svg={sandbox.svg.clone()} size={sandbox.size} lanes={sandbox.sketch.lanes} send={send} />
                <p class="refused" role="status" data-testid="refused">{ refused(sandbox) }</p>
                { acts(sandbox, send) }
            </main>
            <aside class="inspector" aria-label="Models of consistency">
                <section class="panel">
                    <h2>{ "Which models admit this history" }</h2>
                    { map::map(sandbox, send) }
                    { map::verdict(sandbox, send) }
                </section>
                <section class="panel">
                    <h2>{ "The selected operation" }</h2>
                    { chosen(sandbox, send) }
                </section>
                { files(sandbox, send) }
            </aside>
        </div>
    }
}

/// What cannot be done or judged.
fn refused(sandbox: &Sandbox) -> String {
    match &sandbox.verdict {
        Err((act, why)) if sandbox.refused.is_empty() => format!("Operation {}: {why}.", act + 1),
        _ => sandbox.refused.clone(),
    }
}

fn head(sandbox: &Sandbox, link: &str, send: &Callback<SandMsg>) -> Html {
    let example = send.reform(|event: Event| SandMsg::Example(browser::text(&event).parse().unwrap_or(usize::MAX)));
    let object =
        send.reform(|event: Event| SandMsg::Object(Object::named(&browser::text(&event)).unwrap_or(Object::Store)));
    let present = sandbox.sketch.object;
    let drawn = sandbox.drawn_example();
    html! {
        <header class="head">
            <h1 class="brand"><a href="./" data-testid="home" aria-label="Lightcone">{ icons::brand() }</a><span>{ "Histories by hand" }</span></h1>
            <div class="crumb">
                <select aria-label="Open an example" data-testid="examples" onchange={example}>
                    <option value="" selected={drawn.is_none()}>{ "Examples…" }</option>
                    { for EXAMPLES.iter().enumerate().map(|(i, (name, _))| html! {
                        <option key={i} value={i.to_string()} selected={drawn == Some(i)}>{ *name }</option>
                    }) }
                </select>
                <select aria-label="Object" data-testid="object" onchange={object}>
                    { for Object::ALL.into_iter().map(|one| html! {
                        <option key={one.name()} value={one.name()} selected={one == present}>{ one.name() }</option>
                    }) }
                </select>
            </div>
            <div class="head-buttons">
                <button class="quiet square" aria-label="One client less" data-testid="fewer" onclick={tell(send, SandMsg::Lanes(false))}>{ "−" }</button>
                <button class="quiet square" aria-label="One client more" data-testid="more" onclick={tell(send, SandMsg::Lanes(true))}>{ "+" }</button>
                <button class="quiet" data-testid="sandbox-undo" onclick={tell(send, SandMsg::Undo)}>{ "Undo" }</button>
                <button class="primary" data-testid="sandbox-link" onclick={tell(send, SandMsg::Copy(link.to_string()))}>{ "Copy link" }</button>
            </div>
        </header>
    }
}

/// All operations as a list, for the keyboard and for those who hear the page.
fn acts(sandbox: &Sandbox, send: &Callback<SandMsg>) -> Html {
    let line = |(place, act): (usize, &Act)| {
        let end = match act.end {
            End::Told => format!("to {} → {}", act.to, act.answer),
            End::Failed => format!("to {}, failed", act.to),
            End::Open => "on, no answer".into(),
        };
        let chosen = sandbox.selected == Some(place);
        html! {
            <li key={place}>
                <button class={classes!("small", chosen.then_some("on"))} aria-pressed={chosen.to_string()} data-testid={format!("act-{place}")}
                    onclick={tell(send, SandMsg::Pick((!chosen).then_some(place)))}>
                    { format!("c{} {} · from {} {end}", act.lane + 1, act.words, act.from) }
                </button>
            </li>
        }
    };
    html! {
        <div class="acts-list">
            <button class="small" data-testid="add" onclick={tell(send, SandMsg::Add)}>{ "Add an operation" }</button>
            <ol>{ for sandbox.sketch.acts.iter().enumerate().map(line) }</ol>
        </div>
    }
}

fn chosen(sandbox: &Sandbox, send: &Callback<SandMsg>) -> Html {
    let Some(act) = sandbox.selected.and_then(|act| sandbox.sketch.acts.get(act)) else {
        return html! { <p class="calm">{ "Drag along a lane to draw an operation; drag its ends to move them. Or add one with the button, and write when it begins and ends." }</p> };
    };
    let (asks, answers) = known(sandbox.sketch.object);
    let write = |field: Field| send.reform(move |event: Event| SandMsg::Write(field, browser::text(&event)));
    let input = |label: &'static str, id: &'static str, field: Field, value: String, hint: String| {
        html! {
            <label>{ label }
                <input key={id} type="text" autocomplete="off" {value} placeholder={hint.clone()} title={hint} data-testid={id} onchange={write(field)} />
            </label>
        }
    };
    let ends = [
        ("told", End::Told, "was answered"),
        ("failed", End::Failed, "failed: did not take place"),
        ("open", End::Open, "no answer: crashed"),
    ];
    html! {
        <div class="act-form">
            { input("asks", "act-words", Field::Words, act.words.clone(), asks.join(", ")) }
            <label>{ "and" }
                <select data-testid="act-end" onchange={write(Field::End)}>
                    { for ends.into_iter().map(|(value, end, words)| html! { <option key={value} {value} selected={act.end == end}>{ words }</option> }) }
                </select>
            </label>
            if act.end == End::Told {
                { input("with", "act-answer", Field::Answer, act.answer.clone(), answers.into()) }
            }
            <label>{ "client" }
                <select data-testid="act-lane" onchange={write(Field::Lane)}>
                    { for (0..sandbox.sketch.lanes).map(|lane| html! {
                        <option key={lane} value={lane.to_string()} selected={act.lane == lane}>{ format!("c{}", lane + 1) }</option>
                    }) }
                </select>
            </label>
            { input("from", "act-from", Field::From, act.from.to_string(), "ms".into()) }
            if act.end != End::Open {
                { input("to", "act-to", Field::To, act.to.to_string(), "ms".into()) }
            }
            <button class="small danger" data-testid="act-remove" onclick={tell(send, SandMsg::Remove)}>{ "Remove" }</button>
        </div>
    }
}

/// The history as a file, and another one in its place.
fn files(sandbox: &Sandbox, send: &Callback<SandMsg>) -> Html {
    let lines = sandbox.verdict.as_ref().map(|verdict| verdict.lines.clone()).unwrap_or_default();
    let paste = send.reform(|event: InputEvent| SandMsg::Paste(browser::text(&event)));
    html! {
        <section class="panel">
            <h2>{ "JSON Lines" }</h2>
            <details class="fold">
                <summary>{ "This history as a file" }</summary>
                <textarea readonly=true rows="5" aria-label="JSON Lines" data-testid="lines" value={lines.clone()} />
                <button class="small" onclick={tell(send, SandMsg::Copy(lines))}>{ "Copy" }</button>
            </details>
            <details class="fold">
                <summary>{ "Open another one" }</summary>
                <textarea rows="5" aria-label="JSON Lines to open" data-testid="pasted" value={sandbox.pasted.clone()} oninput={paste} />
                <button class="small" data-testid="import" disabled={sandbox.pasted.is_empty()} onclick={tell(send, SandMsg::Import)}>
                    { format!("Open as the history of a {}", sandbox.sketch.object.name()) }
                </button>
            </details>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct BoardProps {
    svg: Rc<str>,
    size: Size,
    lanes: u8,
    send: Callback<SandMsg>,
}

/// The lanes.
#[component]
fn Board(props: &BoardProps) -> Html {
    let (node, frame) = (use_node_ref(), use_node_ref());
    let send = &props.send;
    {
        let (frame, send) = (frame.clone(), send.clone());
        use_effect_with((), move |()| {
            let watch = browser::watch_size(&frame, send.reform(SandMsg::Room));
            move || drop(watch)
        });
    }
    let down = {
        let node = node.clone();
        send.reform(move |event: PointerEvent| {
            browser::capture(&node, &event);
            SandMsg::Down(browser::point(&node, &event), browser::reach(&event))
        })
    };
    let drag = {
        let node = node.clone();
        send.reform(move |event: PointerEvent| SandMsg::Move(browser::point(&node, &event)))
    };
    let Size { width, height } = props.size;
    html! {
        <div class="board" ref={frame} data-testid="board">
            <svg ref={node} width={px(width)} height={px(height)} role="img" aria-label="Operations on the lanes of clients; the list below has the same"
                onpointerdown={down} onpointermove={drag} onpointerup={tell(send, SandMsg::Up)} onpointercancel={tell(send, SandMsg::Up)}>
                <g>{ Html::from_html_unchecked(props.svg.clone().into()) }</g>
            </svg>
        </div>
    }
}
