//! How much an arrow stands out: by weight, never by hue, as hue says what a message does.

use lightcone_sim::view::{Along, ArrowMark, Fate};

use crate::cone;
use crate::frame::Frame;
use crate::hit::Hit;

/// From hardly to most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Weight {
    /// Outside the cone of the selection.
    Dim,
    /// There is no cone.
    Plain,
    /// Inside the cone.
    Lit,
    /// Sent or handled by the selected event or by the hovered one.
    Near,
    /// Selected or hovered itself.
    Chosen,
}

impl Weight {
    /// As a class; empty where there is nothing to say.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Weight::Dim => "dim",
            Weight::Plain => "",
            Weight::Lit => "lit",
            Weight::Near => "near",
            Weight::Chosen => "chosen",
        }
    }
}

/// The arrows of the chain, or of the cone that are in the window, sorted.
pub(crate) struct Weights(Option<Vec<usize>>);

impl Weights {
    pub(crate) fn of(frame: &Frame) -> Self {
        let indices = || frame.marks.arrows.iter().map(|a| a.index);
        if !frame.highlight.chain.is_empty() {
            let message = |along| if let Along::Message(index) = along { Some(index) } else { None };
            let mut inside: Vec<usize> =
                frame.highlight.chain.iter().filter_map(|link| link.next.and_then(message)).collect();
            inside.sort_unstable();
            return Weights(Some(inside));
        }
        let cone = cone::shown(frame);
        let (Some(cone), Some(first), Some(last)) = (cone, indices().min(), indices().max()) else {
            return Weights(cone.map(|_| Vec::new()));
        };
        let mut inside: Vec<usize> = cone.past_arrows.iter().chain(&cone.future_arrows).copied().collect();
        inside.retain(|i| (first..=last).contains(i));
        inside.sort_unstable();
        Weights(Some(inside))
    }

    pub(crate) fn of_arrow(&self, frame: &Frame, arrow: &ArrowMark) -> Weight {
        let highlight = frame.highlight;
        let chosen = Some(Hit::Arrow(arrow.index));
        if [highlight.selected, highlight.hovered, highlight.second].contains(&chosen) {
            return Weight::Chosen;
        }
        let touches = |event| arrow.sent_by == event || arrow.fate == Fate::Delivered(event);
        let ends: &[Option<Hit>] =
            if highlight.chain.is_empty() { &[highlight.selected, highlight.hovered] } else { &[highlight.hovered] };
        if ends.iter().any(|h| matches!(h, Some(Hit::Event(e)) if touches(*e))) {
            return Weight::Near;
        }
        match &self.0 {
            None => Weight::Plain,
            Some(inside) if inside.binary_search(&arrow.index).is_ok() => Weight::Lit,
            Some(_) => Weight::Dim,
        }
    }
}
