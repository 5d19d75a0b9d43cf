//! The root of the page on which histories are drawn.

use super::{SandMsg, Sandbox, view::view};
use crate::browser::{self, EventListener, Timeout};
use crate::keys::{Place, Press};
use yew::prelude::*;

/// So long after the last change the address follows, in ms.
const ADDRESS_AFTER: u32 = 450;

/// The page on which histories are drawn.
pub struct App {
    sandbox: Sandbox,
    send: Callback<SandMsg>,
    address: Option<Timeout>,
    base: String,
    _listeners: Vec<EventListener>,
}

/// Draws the page into the document's body and keeps it running.
#[cfg(target_arch = "wasm32")]
pub fn launch() {
    yew::Renderer::<App>::new().render();
}

/// What a key does, if anything.
fn command(press: &Press) -> Option<SandMsg> {
    match (press.key.as_str(), press.control, press.place) {
        (_, _, Place::Field) => None,
        ("z", true, _) => Some(SandMsg::Undo),
        ("Delete" | "Backspace", false, _) => Some(SandMsg::Remove),
        ("Escape", false, _) => Some(SandMsg::Pick(None)),
        _ => None,
    }
}

impl Component for App {
    type Message = SandMsg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let options = browser::options();
        browser::set_theme(options.theme);
        let send = ctx.link().callback(|msg| msg);
        let mut sandbox = Sandbox::default();
        sandbox.update(SandMsg::Open(browser::fragment()));
        let pressed = send.clone();
        let keys = browser::on_key(move |press| {
            let msg = command(&press);
            let taken = msg.is_some();
            msg.into_iter().for_each(|msg| pressed.emit(msg));
            taken
        });
        let listeners = [keys, browser::on_fragment(send.reform(SandMsg::Open))];
        App { sandbox, send, address: None, base: options.base, _listeners: listeners.into_iter().flatten().collect() }
    }

    fn update(&mut self, _ctx: &Context<Self>, msg: SandMsg) -> bool {
        if let SandMsg::Copy(text) = &msg {
            browser::copy(text, self.send.reform(SandMsg::Copied));
        }
        if self.sandbox.update(msg) {
            let fragment = self.sandbox.fragment();
            let due = Callback::from(move |()| browser::set_fragment(&fragment));
            self.address = Some(browser::later(ADDRESS_AFTER, due));
        }
        true
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        view(&self.sandbox, &format!("{}#{}", self.base, self.sandbox.fragment()), &self.send)
    }
}
