//! The ring lab in numbers: what the last change moved under each scheme, and what each member holds.

use super::{RingLab, RingMsg, SCHEMES, placed::Compared, view::tell};
use crate::browser;
use lightcone_core::placement::Member;
use yew::prelude::*;

/// `12.3 %` of per mille.
fn per_cent(per_mille: u64) -> String {
    format!("{}.{} %", per_mille / 10, per_mille % 10)
}

fn per_mille(part: u64, whole: u64) -> u64 {
    (part * 1_000 + whole / 2) / whole.max(1)
}

/// What the last change moved, under this scheme and the others.
pub fn changed(lab: &RingLab) -> Html {
    let Some(last) = &lab.last else {
        return html! {
            <section class="panel">
                <h2>{ "What moves" }</h2>
                <p class="calm">{ "Nobody has joined or left yet. Let somebody: you will see which keys change hands, and how many more would have under the other schemes." }</p>
            </section>
        };
    };
    let keys = u64::from(lab.scene.keys);
    let row = |one: &Compared| {
        let chosen = one.scheme == lab.scene.scheme;
        html! {
            <tr key={one.scheme} class={classes!(chosen.then_some("on"))}>
                <th scope="row">{ SCHEMES[one.scheme].1 }{ if chosen { " (shown)" } else { "" } }</th>
                <td data-testid={format!("moved-{}", SCHEMES[one.scheme].0)}>{ one.moved }</td>
                <td>{ per_cent(per_mille(one.moved, keys)) }</td>
                <td>{ per_cent(one.deviation) }</td>
            </tr>
        }
    };
    let moved = lab
        .moved()
        .map(|(moved, ideal)| format!("{moved} of {keys} keys moved; at least {ideal} have to, for even shares."));
    let lost = last.lost.map(|lost| match lost {
        0 => "Every key has a copy left.".to_string(),
        lost => format!("{lost} keys are lost: all their copies were there."),
    });
    html! {
        <section class="panel">
            <h2>{ "What moves" }</h2>
            <p class="headline" role="status" data-testid="ring-moved"><b>{ format!("{}. ", last.words) }</b>{ moved }</p>
            if let Some(lost) = lost { <p class="headline" data-testid="ring-lost">{ lost }</p> }
            <div class="scrolls" tabindex="0" role="group" aria-label="All schemes">
                <table class="numbers">
                    <thead><tr><th scope="col">{ "scheme" }</th><th scope="col">{ "moved" }</th><th scope="col">{ "of all" }</th><th scope="col" title="The standard deviation of loads, as a part of what each should hold by its weight">{ "uneven by" }</th></tr></thead>
                    <tbody>{ for last.compared.iter().map(row) }</tbody>
                </table>
            </div>
        </section>
    }
}

/// What each member holds, and what can be done to it.
pub fn members(lab: &RingLab, send: &Callback<RingMsg>) -> Html {
    let loads = lab.loads();
    let requests = lab.placed.as_ref().map(|placed| placed.requests(&lab.scene)).unwrap_or_default();
    let total: u64 = loads.iter().sum();
    let numbers = |place: usize| {
        let load = loads.get(place).copied().unwrap_or(0);
        (load, per_cent(per_mille(load, total)), per_cent(requests.get(place).copied().unwrap_or(0)))
    };
    let rows = lab.scene.members.iter().enumerate();
    let write = send.reform(|event: InputEvent| RingMsg::Name(browser::text(&event)));
    html! {
        <section class="panel">
            <h2>{ "Members" }</h2>
            <div class="scrolls" tabindex="0" role="group" aria-label="What each member holds">
                <table class="numbers">
                    <thead><tr><th scope="col">{ "node" }</th><th scope="col">{ "keys" }</th><th scope="col">{ "share" }</th><th scope="col">{ "requests" }</th><th scope="col">{ "weight" }</th><th scope="col">{ "machine" }</th></tr></thead>
                    <tbody>{ for rows.map(|(place, member)| row(lab, place, member, numbers(place), send)) }</tbody>
                </table>
            </div>
            { selected(lab, send) }
            <form class="ring-join" onsubmit={send.reform(|event: SubmitEvent| { event.prevent_default(); RingMsg::Join })}>
                <input type="text" autocomplete="off" aria-label="Name of the new node" placeholder={lab.scene.next_name()} value={lab.name.clone()} data-testid="ring-name" oninput={write} />
                <button class="small" data-testid="ring-join">{ "Join" }</button>
            </form>
        </section>
    }
}

type Numbers = (u64, String, String);

fn row(
    lab: &RingLab,
    place: usize,
    member: &Member,
    (load, share, requests): Numbers,
    send: &Callback<RingMsg>,
) -> Html {
    let chosen = lab.selected == Some(place);
    let write =
        |make: fn(usize, String) -> RingMsg| send.reform(move |event: Event| make(place, browser::text(&event)));
    let field = |what: &str, value: u32, make: fn(usize, String) -> RingMsg| {
        html! {
            <input type="text" inputmode="numeric" autocomplete="off" size="2" value={value.to_string()} aria-label={format!("{what} of {}", member.name)}
                data-testid={format!("{what}-{}", member.name)} onchange={write(make)} />
        }
    };
    html! {
        <tr key={member.name.clone()} class={classes!(chosen.then_some("on"))}>
            <th scope="row">
                <button class={classes!("small", "own", format!("own-{}", place % lightcone_diagram::RING_HUES))} aria-pressed={chosen.to_string()} data-testid={format!("member-{}", member.name)}
                    onclick={tell(send, RingMsg::Pick((!chosen).then_some(place)))}>{ &member.name }</button>
            </th>
            <td data-testid={format!("load-{}", member.name)}>{ load }</td>
            <td>{ share }</td>
            <td>{ requests }</td>
            <td>{ field("weight", member.weight, RingMsg::Weight) }</td>
            <td>{ field("machine", member.machine, RingMsg::Machine) }</td>
        </tr>
    }
}

/// What can be done to the selected member.
fn selected(lab: &RingLab, send: &Callback<RingMsg>) -> Html {
    let Some((place, member)) = lab.selected.and_then(|place| Some((place, lab.scene.members.get(place)?))) else {
        return html! {};
    };
    html! {
        <div class="ring-acts">
            <button class="small" data-testid="ring-leave" onclick={tell(send, RingMsg::Leave(place))}>{ format!("{} leaves", member.name) }</button>
            <button class="small danger" data-testid="ring-crash" onclick={tell(send, RingMsg::Crash(place))}>{ format!("Machine {} fails", member.machine) }</button>
        </div>
    }
}
