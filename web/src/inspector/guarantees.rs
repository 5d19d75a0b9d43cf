//! What was seen of the guarantees: safety, progress and assumptions, as three things.

use crate::parts::tell;
use crate::studio::{Dialog, Focus, HuntMsg, JudgeMsg, Msg, PageMsg, SANDBOX, Seen, TimeMsg, words};
use lightcone_catalog::explore::words::plural;
use lightcone_sim::view::{Promise, SafetyVerdict, Verdicts, Waiting};
use yew::prelude::*;

/// The panel of the guarantees.
pub fn panel(focus: &Focus, hunting: Option<&str>, send: &Callback<Msg>) -> Html {
    let Some(verdicts) = &focus.verdicts else {
        let alone = html! { <p class="calm">{ "Nobody can judge this from what one participant knows." }</p> };
        return super::frame("safety", html! { "Safety" }, Html::default(), alone);
    };
    // Everything that is void is so for the same reason: it is told once.
    let void = verdicts.safety.iter().find_map(|verdict| verdict.void.as_ref());
    let body = html! {
        <>
            if let Some((at, why)) = void {
                <p class="void-why" data-testid="void">{ format!("void since {}: {why}", words::time(*at)) }</p>
            }
            <ul class="verdicts">
                { for verdicts.safety.iter().map(|verdict| safety(verdict, send)) }
                if let Some(seen) = &focus.history {
                    { history(seen, send) }
                }
            </ul>
            <div class="row">
                { super::button("first-error", None, "Go to the first error", send, JudgeMsg::FirstError) }
                if let Some(seen) = &focus.history {
                    if seen.judged.holds {
                        { super::button("order", Some(seen.shown), "Show an order", send, JudgeMsg::Order) }
                    }
                    { super::button("models", None, "Judge by other models", send, JudgeMsg::Models) }
                }
            </div>
            <h3>{ "Progress" }</h3>
            <div class="progress">
                { progress(verdicts, focus) }
                if !focus.progress.is_empty() {
                    <p class="calm" data-testid="whole-progress">{ format!("The whole run: {}.", focus.progress.join("; ")) }</p>
                }
            </div>
            { assumptions(verdicts, focus) }
            { hunt(focus, verdicts, hunting, send) }
        </>
    };
    super::frame(
        "safety",
        html! { "Safety" },
        html! { format!("{} of this run", plural(verdicts.events as u64, "event")) },
        body,
    )
}

/// The way to the search for what breaks this, and for a run that breaks something, to a smaller one.
fn hunt(focus: &Focus, verdicts: &Verdicts, hunting: Option<&str>, send: &Callback<Msg>) -> Html {
    let broken = verdicts.safety.iter().any(|verdict| verdict.breach.is_some())
        || focus.history.as_ref().is_some_and(|seen| !seen.judged.holds);
    let words = hunting.unwrap_or("Search for the shortest way to break it").to_string();
    html! {
        <div class="row hunt">
            <button class="small" data-testid="hunt" title="Search for the shortest way to break it (e)" onclick={tell(send, PageMsg::Open(Dialog::Hunt))}><span>{ words }</span><kbd>{ "e" }</kbd></button>
            <button class="small" data-testid="sweep" title="One setting over many runs (t)" onclick={tell(send, PageMsg::Open(Dialog::Sweep))}><span>{ "Sweep a setting over many runs" }</span><kbd>{ "t" }</kbd></button>
            <a class="narrow-only" href={SANDBOX}>{ "Draw a history by hand" }</a>
            <a class="narrow-only" href={crate::ring::PAGE}>{ "Consistent hashing by hand" }</a>
            if broken {
                { super::button("shrink", None, "Make this run smaller", send, HuntMsg::Shrink) }
            }
        </div>
    }
}

fn safety(verdict: &SafetyVerdict, send: &Callback<Msg>) -> Html {
    let about = format!("{} ({})", verdict.words, verdict.place);
    match (&verdict.breach, &verdict.void) {
        (None, Some((at, why))) => html! {
            <li key={verdict.name.clone()} class="void" title={format!("{about} Not promised since {}: {why}", words::time(*at))}>
                <span class="sign" aria-hidden="true">{ "◌" }</span><span>{ &verdict.name }</span>
                <small>{ format!("void since {}", words::time(*at)) }</small>
            </li>
        },
        (None, None) => html! {
            <li key={verdict.name.clone()} class="holds" title={about}>
                <span class="sign" aria-hidden="true">{ "●" }</span><span>{ &verdict.name }</span><small>{ "not violated" }</small>
            </li>
        },
        (Some((event, how)), void) => html! {
            <li key={verdict.name.clone()} class="broken" data-testid="breach">
                <span class="sign" aria-hidden="true">{ "✕" }</span><span>{ &verdict.name }</span>
                <button class="small danger" onclick={tell(send, TimeMsg::Visit(*event))}>{ "violated: show" }</button>
                <p>{ how }{ void.as_ref().map(|(at, _)| format!(" It was void since {}.", words::time(*at))).unwrap_or_default() }</p>
            </li>
        },
    }
}

fn history(seen: &Seen, send: &Callback<Msg>) -> Html {
    let (class, sign) = if seen.judged.holds { ("holds", "●") } else { ("broken", "✕") };
    html! {
        <li key="history" class={classes!("history", class)} data-testid="history">
            <span class="sign" aria-hidden="true">{ sign }</span><span>{ &seen.judged.words }</span>
            if let Some(event) = seen.judged.error {
                <button class="small danger" data-testid="history-error" onclick={tell(send, TimeMsg::Visit(event))}>{ "not linearizable: show" }</button>
            }
            if !seen.stuck.is_empty() {
                <p>{ "No order explains these together (hatched on the diagram):" }</p>
                { operations("stuck", &seen.stuck, 0, send) }
            }
            if seen.shown && !seen.order.is_empty() {
                <details class="fold">
                    <summary>{ format!("{}, numbered on the diagram ({})",
                        if seen.judged.holds { "An order" } else { "The longest order found" }, seen.before + seen.order.len()) }</summary>
                    { operations("order", &seen.order, seen.before, send) }
                </details>
            }
        </li>
    }
}

/// Operations, each leading to where it was asked; the first has the number after `before`.
fn operations(class: &'static str, all: &[(usize, String)], before: usize, send: &Callback<Msg>) -> Html {
    let line = |(event, words): &(usize, String)| {
        html! { <li key={*event}><button class="jump" onclick={tell(send, TimeMsg::Visit(*event))}>{ words }</button></li> }
    };
    html! { <ol class={classes!("operations", class)} start={(before + 1).to_string()}>{ for all.iter().map(line) }</ol> }
}

fn progress(verdicts: &Verdicts, focus: &Focus) -> Html {
    if verdicts.waiting.is_empty() {
        return html! { <p class="calm">{ "nobody waits" }</p> };
    }
    html! { <ul class="verdicts" data-testid="progress">{ for verdicts.waiting.iter().map(|waiting| wait(waiting, focus)) }</ul> }
}

fn wait(waiting: &Waiting, focus: &Focus) -> Html {
    let name = |node: lightcone_core::NodeId| focus.names.get(node.index()).cloned().unwrap_or_default();
    let on = waiting.on.map_or(String::new(), |server| format!(" on {}", name(server)));
    let waited = lightcone_core::Micros(waiting.waited.0 / 1_000 * 1_000);
    let (promise, why) = match &waiting.promised {
        Promise::Promised(why) => ("promised", why),
        Promise::NotHere(why) => ("not promised here", why),
    };
    html! {
        <li key={format!("{}-{}", waiting.client.0, waiting.since.0)} class="waits" title={why.clone()}>
            <span class="sign" aria-hidden="true">{ "◌" }</span>
            <span>{ format!("{} waits {}{on}", name(waiting.client), words::time(waited)) }<br /><code>{ &waiting.op }</code></span>
            <small>{ promise }</small>
            <p>{ why }</p>
        </li>
    }
}

fn assumptions(verdicts: &Verdicts, focus: &Focus) -> Html {
    let line = |(at, broken): &(lightcone_core::Micros, String)| {
        html! {
            <li key={broken.clone()} class="broken">
                <span class="sign" aria-hidden="true">{ "✕" }</span><span>{ broken }</span><small>{ format!("since {}", words::time(*at)) }</small>
            </li>
        }
    };
    if verdicts.assumptions.is_empty() {
        return html! {
            <details class="fold">
                <summary>{ "Assumptions: none is broken" }</summary>
                <ul class="assumed">{ for focus.assumptions.iter().map(|words| html! { <li key={words.clone()}>{ words }</li> }) }</ul>
            </details>
        };
    }
    html! {
        <>
            <h3>{ "Assumptions" }</h3>
            <ul class="verdicts" data-testid="assumptions">{ for verdicts.assumptions.iter().map(line) }</ul>
        </>
    }
}
