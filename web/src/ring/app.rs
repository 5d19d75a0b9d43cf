//! The root of the page on which members join and leave.

use super::{RingLab, RingMsg, view::view};
use crate::browser::{self, EventListener, Timeout};
use crate::keys::{Place, Press};
use yew::prelude::*;

/// So long after the last change the address follows, in ms.
const ADDRESS_AFTER: u32 = 450;

/// The page on which members join and leave.
pub struct App {
    lab: RingLab,
    send: Callback<RingMsg>,
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
fn command(lab: &RingLab, press: &Press) -> Option<RingMsg> {
    match (press.key.as_str(), press.control, press.place) {
        (_, _, Place::Field) => None,
        ("z", true, _) => Some(RingMsg::Undo),
        ("Delete" | "Backspace", false, _) => lab.selected.map(RingMsg::Leave),
        ("Escape", false, _) => Some(RingMsg::Pick(None)),
        _ => None,
    }
}

impl Component for App {
    type Message = AppMsg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let options = browser::options();
        browser::set_theme(options.theme);
        let send = ctx.link().callback(AppMsg::Lab);
        let mut lab = RingLab::default();
        lab.update(RingMsg::Open(browser::fragment()));
        let pressed = ctx.link().callback(AppMsg::Key);
        // Whether a key does something depends on the state, which is not at hand here: those that may are taken.
        let keys = browser::on_key(move |press| {
            let taken = press.place != Place::Field && (press.key == "z" && press.control || press.key == "Backspace");
            pressed.emit(press);
            taken
        });
        let listeners = [keys, browser::on_fragment(send.reform(RingMsg::Open))];
        App { lab, send, address: None, base: options.base, _listeners: listeners.into_iter().flatten().collect() }
    }

    fn update(&mut self, _ctx: &Context<Self>, msg: AppMsg) -> bool {
        let msg = match msg {
            AppMsg::Lab(msg) => msg,
            AppMsg::Key(press) => match command(&self.lab, &press) {
                Some(msg) => msg,
                None => return false,
            },
        };
        if let RingMsg::Copy(text) = &msg {
            browser::copy(text, self.send.reform(RingMsg::Copied));
        }
        if self.lab.update(msg) {
            let fragment = self.lab.scene.fragment();
            let due = Callback::from(move |()| browser::set_fragment(&fragment));
            self.address = Some(browser::later(ADDRESS_AFTER, due));
        }
        true
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        view(&self.lab, &format!("{}#{}", self.base, self.lab.scene.fragment()), &self.send)
    }
}

/// What happens to the page.
pub enum AppMsg {
    /// Something happens to the lab.
    Lab(RingMsg),
    /// A key was pressed.
    Key(Press),
}
