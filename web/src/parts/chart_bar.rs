//! The slim bar above the diagram: search, what is seen, captions.

use super::{icons, tell, tell_if};
use crate::browser;
use crate::studio::{Msg, PenMsg, ReadingMsg, Sheaf, words};
use lightcone_catalog::Caption;
use lightcone_core::NodeId;
use lightcone_sim::view::EventKind;
use yew::prelude::*;

/// What stands in the bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BarView {
    /// What is searched for.
    pub text: String,
    /// What was found, or what is wrong with the search.
    pub count: String,
    /// Whether something is wrong with it.
    pub wrong: bool,
    /// Whether there is somewhere to go.
    pub found: bool,
    /// The panel that is open.
    pub open: Option<Sheaf>,
    /// Whether it is unfolded where there is little room.
    pub unfolded: bool,
    /// Whether events stand in causal order.
    pub causal: bool,
    /// The cuts that the protocol has made, by their names.
    pub cuts: Vec<String>,
    /// The one that divides causal order, by its place.
    pub cut: Option<usize>,
    /// Where events can be drawn by hand: whether pointers do so.
    pub pen: Option<bool>,
    /// Where events have timestamps: whether these are seen, and whether they say what the clock tells.
    pub stamps: Option<(bool, bool)>,
    /// What can be searched for, as it would be written.
    pub offers: Vec<String>,
    /// Kinds of events, their words, and whether they are seen.
    pub kinds: Vec<(EventKind, &'static str, bool)>,
    /// Kinds of messages, and whether they are seen.
    pub messages: Vec<(&'static str, bool)>,
    /// Participants, and whether their lanes are seen.
    pub lanes: Vec<(NodeId, String, bool)>,
    /// The captions.
    pub captions: Vec<Caption>,
}

/// What the bar needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What stands in it.
    pub view: BarView,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// The bar above the diagram. Where there is little room, its field unfolds from one button.
#[component]
pub fn ChartBar(props: &Props) -> Html {
    let Props { view, send } = props;
    let sheaf = match view.open {
        Some(Sheaf::View) => seen(view, send),
        Some(Sheaf::Captions) => captions(view, send),
        None => Html::default(),
    };
    let hidden = view.kinds.iter().filter(|kind| !kind.2).count()
        + view.messages.iter().filter(|kind| !kind.1).count()
        + view.lanes.iter().filter(|lane| !lane.2).count()
        + usize::from(view.stamps.is_some_and(|(shown, _)| !shown));
    let left_out = if hidden > 0 { format!("View · {hidden} hidden") } else { "View".into() };
    html! {
        <div class={classes!("chart-bar", view.unfolded.then_some("unfolded"))} role="search" aria-label="Reading the run">
            <button class="small quiet only-compact" aria-expanded={view.unfolded.to_string()} data-testid="read"
                onclick={tell(send, ReadingMsg::Unfold)}>{ "Search and view" }</button>
            { field(view, send) }
            if let Some(on) = view.pen {
                <button class={classes!("small", "quiet", on.then_some("on"))} aria-pressed={on.to_string()} data-testid="pen"
                    title="Tap a lane for an event, drag from lane to lane for a message (j)" onclick={tell(send, PenMsg::Toggle)}>{ "Draw" }</button>
            }
            { opener(Sheaf::View, left_out, view, send) }
            { opener(Sheaf::Captions, caption_count(view.captions.len()), view, send) }
            { sheaf }
        </div>
    }
}

fn caption_count(captions: usize) -> String {
    if captions > 0 { format!("Captions · {captions}") } else { "Captions".into() }
}

fn opener(sheaf: Sheaf, words: String, view: &BarView, send: &Callback<Msg>) -> Html {
    let (id, open) = (if sheaf == Sheaf::View { "view" } else { "captions" }, view.open == Some(sheaf));
    html! {
        <button class={classes!("small", "quiet", open.then_some("on"))} aria-expanded={open.to_string()} data-testid={id}
            onclick={tell(send, ReadingMsg::Open(sheaf))}>{ words }</button>
    }
}

fn field(view: &BarView, send: &Callback<Msg>) -> Html {
    let write = send.reform(|event: InputEvent| ReadingMsg::Search(browser::text(&event)).into());
    let keys = tell_if(send, |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => Some(ReadingMsg::Go(event.shift_key()).into()),
        "Escape" => Some(ReadingMsg::Search(String::new()).into()),
        _ => None,
    });
    let jump = send.reform(|event: Event| ReadingMsg::Jump(browser::text(&event)).into());
    let go = |id: &'static str, words: &'static str, back: bool, icon: Html| {
        html! {
            <button class="small square quiet" data-testid={id} aria-label={words} title={words} disabled={!view.found}
                onclick={tell(send, ReadingMsg::Go(back))}>{ icon }</button>
        }
    };
    html! {
        <>
            <input type="text" class="search" data-testid="search" list="offers" placeholder="Search: vote, n2 -> n4, term = 3" aria-label="Search the run"
                aria-describedby="found" autocomplete="off" spellcheck="false" value={view.text.clone()} oninput={write} onkeydown={keys} />
            <datalist id="offers">
                { for view.offers.iter().map(|offer| html! { <option key={offer.clone()} value={offer.clone()} /> }) }
            </datalist>
            <select class="kinds" data-testid="kind" aria-label="Go to a kind of event" onchange={jump}>
                <option value="" selected={!view.offers.contains(&view.text)}>{ "Go to…" }</option>
                { for view.offers.iter().map(|offer| html! { <option key={offer.clone()} selected={*offer == view.text}>{ offer }</option> }) }
            </select>
            { go("found-previous", "Previous place found (shift Enter)", true, icons::previous()) }
            { go("found-next", "Next place found (Enter)", false, icons::next()) }
            <output id="found" class={classes!("found-count", view.wrong.then_some("wrong"))} data-testid="found" title={view.count.clone()}>{ &view.count }</output>
        </>
    }
}

/// What is seen of the run, and in which order.
fn seen(view: &BarView, send: &Callback<Msg>) -> Html {
    let order = |causal: bool, id: &'static str, words: &'static str| {
        html! {
            <label><input type="radio" name="order" data-testid={id} checked={view.cut.is_none() && view.causal == causal}
                onchange={tell(send, ReadingMsg::Causal(causal))} />{ words }</label>
        }
    };
    let divided = |(place, name): (usize, &String)| {
        html! {
            <label key={name.clone()}><input type="radio" name="order" data-testid={format!("order-cut-{place}")} checked={view.cut == Some(place)}
                onchange={tell(send, ReadingMsg::Divided(place))} />{ format!("As if the cut {name} were one instant") }</label>
        }
    };
    let tick = |words: String, on: bool, msg: ReadingMsg| {
        html! {
            <label key={words.clone()}><input type="checkbox" checked={on} onchange={tell(send, msg)} />{ words }</label>
        }
    };
    html! {
        <div class="sheaf" data-testid="view-panel">
            <fieldset><legend>{ "Order" }</legend>
                { order(false, "order-time", "Virtual time") }
                { order(true, "order-causal", "Causal order, evenly spaced") }
                { for view.cuts.iter().enumerate().map(divided) }
            </fieldset>
            if let Some((shown, claims)) = view.stamps {
                <fieldset><legend>{ "Timestamps" }</legend>
                    { tick("at each event".into(), shown, ReadingMsg::Stamps) }
                    { tick("what the clock tells beside the selected event (l)".into(), claims, ReadingMsg::Claims) }
                </fieldset>
            }
            <fieldset><legend>{ "Events" }</legend>
                { for view.kinds.iter().map(|(kind, words, on)| tick(words.to_string(), *on, ReadingMsg::Kind(*kind))) }
            </fieldset>
            <fieldset><legend>{ "Messages" }</legend>
                { for view.messages.iter().map(|(kind, on)| tick(kind.to_string(), *on, ReadingMsg::Message(kind.to_string()))) }
            </fieldset>
            <fieldset><legend>{ "Lanes" }</legend>
                { for view.lanes.iter().map(|(node, name, on)| tick(name.clone(), *on, ReadingMsg::Lane(*node))) }
            </fieldset>
            <button class="small" data-testid="show-all" onclick={tell(send, ReadingMsg::All)}>{ "Show everything" }</button>
        </div>
    }
}

fn captions(view: &BarView, send: &Callback<Msg>) -> Html {
    let line = |(place, caption): (usize, &Caption)| {
        let at = words::time(caption.at);
        let write = send.reform(move |event: Event| ReadingMsg::Write(place, browser::text(&event)).into());
        html! {
            <li key={at.clone()}>
                <button class="jump" onclick={tell(send, ReadingMsg::Visit(place))}>{ &at }</button>
                <input type="text" data-testid={format!("caption-{place}")} aria-label={format!("Caption at {at}")} placeholder="bookmark"
                    maxlength={lightcone_catalog::LONGEST_CAPTION.to_string()} value={caption.words.clone()} onchange={write} />
                <button class="small square quiet" aria-label={format!("Remove the caption at {at}")}
                    onclick={tell(send, ReadingMsg::Remove(place))}>{ icons::close() }</button>
            </li>
        }
    };
    html! {
        <div class="sheaf" data-testid="captions-panel">
            <ul class="captions">{ for view.captions.iter().enumerate().map(line) }</ul>
            if view.captions.is_empty() {
                <p class="calm">{ "A caption says something at an instant. Without words it is a bookmark. Both travel with the link." }</p>
            }
            <button class="small" data-testid="add-caption" onclick={tell(send, ReadingMsg::Caption)}>{ "Caption at the playhead" }<kbd>{ "b" }</kbd></button>
        </div>
    }
}
