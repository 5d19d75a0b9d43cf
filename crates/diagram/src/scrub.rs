//! The strip of the transport bar: the whole run in one line.

use lightcone_core::Micros;
use lightcone_sim::view::Marks;

use crate::area::{Area, Point};
use crate::drawing::{Class, Drawing, Mark, Shape};
use crate::hit::Hit;

/// Room for half a knob at both ends, in px.
const PAD: f64 = 8.0;

/// The whole run as a strip: how much happens when, what is played, where faults lie (only those of `faults`
/// are looked at), and a knob.
pub fn scrub(density: &[u32], faults: &Marks, until: Micros, playhead: Micros, width: f64, height: f64) -> Drawing {
    let strip = Strip { until, width };
    let middle = (height / 2.0).round();
    let Marks { cuts, spells, downs, .. } = faults;
    let mut marks = Vec::with_capacity(density.len() + cuts.len() + spells.len() + downs.len() + 3);
    let knob = strip.x(playhead);
    let bar = |from: f64, to: f64, y: f64, thick: f64| {
        Shape::Rect(Area { x: from, y, width: (to - from).max(2.0), height: thick }, thick / 2.0)
    };
    marks.push(Mark::plain(bar(strip.x(Micros::ZERO), strip.x(until), middle - 2.0, 4.0), Class::of("scrub-track")));
    marks.push(Mark::plain(bar(strip.x(Micros::ZERO), knob, middle - 2.0, 4.0), Class::of("scrub-played")));
    ticks(density, &strip, middle - 4.0, &mut marks);
    for cut in cuts {
        let shape = bar(strip.x(cut.from), strip.x(cut.to.unwrap_or(until)), middle + 5.0, 3.0);
        marks.push(Mark::of(Hit::Cut(cut.id), shape, Class::of("scrub-cut")));
    }
    for spell in spells {
        let shape = bar(strip.x(spell.from), strip.x(spell.to.unwrap_or(until)), middle + 5.0, 3.0);
        marks.push(Mark::of(Hit::Spell(spell.id), shape, Class::of("scrub-spell")));
    }
    for down in downs {
        let shape = bar(strip.x(down.from), strip.x(down.to.unwrap_or(until)), middle + 9.0, 3.0);
        marks.push(Mark::of(Hit::Down(down.by), shape, Class::of("scrub-down")));
    }
    marks.push(Mark::plain(Shape::Circle(Point { x: knob, y: middle }, 7.0), Class::of("scrub-knob")));
    Drawing { width, height, marks }
}

/// The instant at an x of a [`scrub`] strip of this width.
pub fn scrub_time_at(until: Micros, width: f64, x: f64) -> Micros {
    let share = ((x - PAD) / (width - 2.0 * PAD).max(1.0)).clamp(0.0, 1.0);
    Micros((share * until.0 as f64).round() as u64)
}

pub(crate) struct Strip {
    pub(crate) until: Micros,
    pub(crate) width: f64,
}

impl Strip {
    pub(crate) fn x(&self, at: Micros) -> f64 {
        let share = (at.0 as f64 / self.until.0.max(1) as f64).clamp(0.0, 1.0);
        PAD + share * (self.width - 2.0 * PAD).max(1.0)
    }
}

/// A tick for each stretch in which something happens. Its height grows with the root of the number of events, so that
/// one busy moment does not flatten all others.
fn ticks(density: &[u32], strip: &Strip, foot: f64, marks: &mut Vec<Mark>) {
    let most = density.iter().copied().max().unwrap_or(0).max(1);
    let each = (strip.width - 2.0 * PAD).max(1.0) / density.len().max(1) as f64;
    for (i, events) in density.iter().enumerate().filter(|(_, n)| **n > 0) {
        let x = PAD + (i as f64 + 0.5) * each;
        let height = (f64::from(*events) / f64::from(most)).sqrt() * (foot - 1.0).clamp(2.0, 9.0);
        let line = Shape::Line(Point { x, y: foot }, Point { x, y: foot - height.max(1.0) });
        marks.push(Mark::plain(line, Class::of("scrub-tick")).merged(true));
    }
}
