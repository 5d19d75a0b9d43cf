//! The parts of the page. They take props, draw, and tell the root what happened.

mod banner;
mod chart_bar;
mod chart_view;
mod header;
pub mod icons;
mod ledger;
mod menu;
mod minimap;
mod person;
mod readout;
mod stage_marks;
mod stage_view;
mod toolbar;
mod transport;

pub use banner::{BannerBar, Props as BannerProps};
pub use chart_bar::{BarView, ChartBar};
pub use chart_view::ChartView;
use chart_view::use_painted;
pub use header::Header;
pub use ledger::{Second, ledger};
pub use menu::{Props as MenuProps, StageMenu};
pub use minimap::MinimapStrip;
pub use person::tone as person_tone;
pub use readout::{Props as ReadoutProps, Readout};
pub use stage_view::StageView;
pub use toolbar::{Props as ToolbarProps, Toolbar};
pub use transport::Transport;

pub use lightcone_diagram::px;

use crate::studio::{CausalMsg, Msg};
use std::{ops::Deref, rc::Rc};
use yew::{Callback, events::PointerEvent};

/// Something that is drawn, the same only if it is the very same: to compare all that it holds takes longer than to draw
/// it, and as much code.
pub struct Same<T>(pub Rc<T>);

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl<T> Deref for Same<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// A callback that tells the root one thing, whatever the event was.
pub fn tell<E>(send: &Callback<Msg>, msg: impl Into<Msg>) -> Callback<E> {
    let msg = msg.into();
    send.reform(move |_: E| msg.clone())
}

/// A callback that tells the root what an event means, if it means anything.
pub fn tell_if<E: 'static>(send: &Callback<Msg>, meaning: impl Fn(E) -> Option<Msg> + 'static) -> Callback<E> {
    let send = send.clone();
    Callback::from(move |event: E| {
        if let Some(msg) = meaning(event) {
            send.emit(msg);
        }
    })
}

/// What a pointer does as it goes up: with shift, what it selects is the second end of a causal chain.
pub fn with_shift(send: &Callback<Msg>, up: Callback<PointerEvent>) -> Callback<PointerEvent> {
    let send = send.clone();
    Callback::from(move |event: PointerEvent| {
        let shift = event.shift_key();
        if shift {
            send.emit(CausalMsg::Aim(true).into());
        }
        up.emit(event);
        if shift {
            send.emit(CausalMsg::Aim(false).into());
        }
    })
}
