//! You are the network: what waits for everyone, and what can be done with it.

use crate::parts::tell;
use crate::studio::{Inbox, InboxMsg, Mail, Msg, Tray, words};
use yew::prelude::*;

/// The panel of the inboxes.
pub fn panel(inbox: &Inbox, send: &Callback<Msg>) -> Html {
    html! {
        <section key="inbox" class="panel panel-inbox" tabindex="-1" aria-label="You are the network" data-testid="inbox">
            <h2>{ "You are the network" }<span class="aside">{ format!("time stands still since {}", words::time(inbox.since)) }</span></h2>
            <p class="calm">{ "Nothing arrives and no timer fires unless you say so." }</p>
            { for inbox.trays.iter().map(|waiting| tray(waiting, send)) }
            if inbox.can_leave {
                <div class="row">
                    <button class="small" data-testid="leave-network" onclick={tell(send, InboxMsg::Toggle)}>{ "Let time go on" }</button>
                </div>
            }
        </section>
    }
}

fn tray(tray: &Tray, send: &Callback<Msg>) -> Html {
    let empty = tray.mail.is_empty() && tray.timers.is_empty();
    html! {
        <div key={tray.name.clone()} class="tray" role="group" aria-label={format!("Inbox of {}", tray.name)} data-testid={format!("tray-{}", tray.name)}>
            <h3>{ &tray.name }{ " " }<small>{ &tray.words }</small></h3>
            if empty {
                <p class="calm">{ "nothing waits" }</p>
            } else {
                <ul>
                    { for tray.mail.iter().map(|mail| letter(mail, tray, send)) }
                    { for tray.timers.iter().map(|(label, words)| timer(label, words, tray, send)) }
                </ul>
            }
        </div>
    }
}

fn letter(mail: &Mail, tray: &Tray, send: &Callback<Msg>) -> Html {
    let act = |verb: &'static str, class: &'static str, msg: InboxMsg| {
        let name = format!("{verb} {} {} to {}", mail.label, mail.words, tray.name);
        html! { <button class={classes!("small", class)} aria-label={name} onclick={tell(send, msg)}>{ verb }</button> }
    };
    html! {
        <li key={mail.index}>
            <span><b>{ &mail.label }</b>{ " " }{ &mail.words }</span>
            <span class="acts">
                { act("Deliver", "", InboxMsg::Deliver(mail.index)) }
                if mail.can_copy {
                    { act("Copy", "", InboxMsg::Copy(mail.index)) }
                }
                if mail.can_drop {
                    { act("Drop", "danger", InboxMsg::Drop(mail.index)) }
                }
            </span>
        </li>
    }
}

fn timer(label: &str, words: &str, tray: &Tray, send: &Callback<Msg>) -> Html {
    html! {
        <li key={label.to_string()} class="timer">
            <span><b>{ label }</b>{ " timer " }{ words }</span>
            <span class="acts">
                <button class="small" aria-label={format!("Fire the {label} timer of {}", tray.name)}
                    onclick={tell(send, InboxMsg::Fire(tray.node, label.into()))}>{ "Fire" }</button>
            </span>
        </li>
    }
}
