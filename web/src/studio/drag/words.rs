//! A drag in words: what it does, what is unusual about it, and what it changes.

use super::{Kind, Preview};
use crate::studio::words::{number, time};
use lightcone_catalog::Lab;
use lightcone_core::{Micros, Order};
use lightcone_diagram::Hit;
use lightcone_sim::compare::Comparison;

/// The line below the diagram during a drag.
pub fn words(before: &dyn Lab, preview: &Preview, found: &Comparison) -> String {
    let held = &preview.held;
    let mut words = format!("{}: ", held.title);
    if preview.is_off() {
        words += "dropped";
    } else {
        let (sign, by) = if preview.at < held.origin {
            ('−', held.origin.minus(preview.at))
        } else {
            ('+', preview.at.minus(held.origin))
        };
        words += &format!("{} ({sign}{})", time(preview.at), time(by));
        if let Kind::Message { sent, .. } = held.kind {
            unusual(before, preview, sent, &mut words);
        }
    }
    words + " · in view: " + &found.words
}

/// What the network would not have done by itself.
fn unusual(before: &dyn Lab, preview: &Preview, sent: Micros, words: &mut String) {
    let (network, run) = (before.scenario().run.network, before.run());
    let (Hit::Arrow(place), flight) = (preview.held.hit, preview.held.length(run, preview.at)) else { return };
    if preview.at != preview.held.origin && (flight < network.latency.min() || flight > network.latency.max()) {
        let (least, most) = (network.latency.min(), time(network.latency.max()));
        *words += &format!(" · outside the link's {} to {most}", number(least));
    }
    if network.order != Order::Fifo {
        return;
    }
    let message = &run.trace().messages[place];
    let on_link = |index: &usize| {
        let other = &run.trace().messages[*index];
        (other.from, other.to, other.copy) == (message.from, message.to, false)
    };
    let arrives = |index: usize| run.trace().messages[index].end;
    let arrows = || preview.difference.old.arrows.iter().map(|arrow| arrow.index).filter(on_link);
    if arrows().any(|other| other < place && arrives(other) >= preview.at && arrives(other) > sent) {
        *words += " · it overtakes another: the link is not FIFO here";
    }
    let behind = arrows().filter(|other| *other > place && arrives(*other) <= preview.at).count();
    if behind > 0 {
        *words += &format!(" · FIFO: {behind} behind it move along");
    }
}
