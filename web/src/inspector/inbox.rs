//! You are the network: what waits for everyone, and what can be done with it.

use super::button;
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
                    { button("leave-network", None, "Let time go on", send, InboxMsg::Toggle) }
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
    let about = format!("{} {} to {}", mail.label, mail.words, tray.name);
    let act = |verb: &'static str, msg: InboxMsg| act(verb, &about, send, msg);
    html! {
        <li key={mail.index}>
            <span><b>{ &mail.label }</b>{ " " }{ &mail.words }</span>
            <span class="acts">
                { act("Deliver", InboxMsg::Deliver(mail.index)) }
                if mail.can_copy {
                    { act("Copy", InboxMsg::Copy(mail.index)) }
                }
                if mail.can_drop {
                    { act("Drop", InboxMsg::Drop(mail.index)) }
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
                { act("Fire", &format!("the {label} timer of {}", tray.name), send, InboxMsg::Fire(tray.node, label.into())) }
            </span>
        </li>
    }
}

/// A button whose name says what it is about.
fn act(verb: &'static str, about: &str, send: &Callback<Msg>, msg: InboxMsg) -> Html {
    let class = classes!("small", (verb == "Drop").then_some("danger"));
    html! { <button {class} aria-label={format!("{verb} {about}")} onclick={tell(send, msg)}>{ verb }</button> }
}
