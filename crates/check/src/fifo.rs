//! What answers say ahead of a queue whose elements can be told apart: which of two elements must have come out first, and
//! so must have gone in first. It spares the search for an order from going back over half a history.
//!
//! If the element v had been taken before anyone asked for w, v was ahead of w. Where nothing but these pairs and the order
//! of the operations in time stands against it, a queue has an order; where two of them contradict each other it has none
//! (Henzinger, Sezgin and Vafeiadis 2013, section 4: the violations of a queue).

use crate::history::Operation;
use lightcone_core::{Service, order, service::Passage};
use std::collections::BTreeMap;

/// What is known ahead of the operations of a queue, of which a search takes one after the other.
pub(crate) struct Fifo {
    /// Of each operation that puts in an element: before which event nobody takes that.
    from: Vec<u32>,
    /// Those that put in an element that is known to be taken, by the event that tells so.
    by_out: Vec<(u32, usize)>,
    /// The place of each among them.
    place: Vec<Option<usize>>,
    /// Which of them were taken, by place.
    gone: Vec<bool>,
    /// None before this place is left.
    first: usize,
    /// Whether some answers contradict each other.
    pub contradiction: bool,
}

/// How an element is taken: between which events.
type Out = (u32, u32);

/// An operation of a queue, and when it was asked for and answered.
struct Pass<'a> {
    passage: Passage<'a>,
    asked: u32,
    told: Option<u32>,
}

impl Fifo {
    /// What the answers say, if these are the operations of a queue in which no element is like another.
    pub fn new<'a, S: Service>(ops: &'a [Operation<S>]) -> Option<Fifo> {
        let pass = |op: &'a Operation<S>| {
            let (passage, span) = (S::passage(&op.op, op.told.as_ref().map(|(_, ret)| ret))?, op.span());
            Some(Pass { passage, asked: span.asked.event, told: span.told.map(|told| told.event) })
        };
        Fifo::of(&ops.iter().map(pass).collect::<Option<Vec<_>>>()?)
    }

    fn of(passes: &[Pass<'_>]) -> Option<Fifo> {
        let (mut ins, mut outs) = (BTreeMap::new(), BTreeMap::<&str, Out>::new());
        // Who was not answered may have taken anything that is not known to be taken by another.
        let mut unknown = u32::MAX;
        let mut contradiction = false;
        for (place, pass) in passes.iter().enumerate() {
            match (&pass.passage, pass.told) {
                (Passage::In(element), _) if ins.insert(*element, place).is_some() => return None,
                (Passage::Out(Some(element)), Some(told)) => {
                    contradiction |= outs.insert(*element, (pass.asked, told)).is_some();
                }
                (Passage::Out(_), None) => unknown = unknown.min(pass.asked),
                (Passage::In(_) | Passage::Out(None), _) => {}
            }
        }
        let of = |element: &str| ins.get(&element).map(|place: &usize| passes[*place].asked);
        contradiction |= outs.iter().any(|(element, (_, told))| of(element).is_none_or(|asked| *told < asked));
        let out = |pass: &Pass<'_>| match pass.passage {
            Passage::In(element) => outs.get(element).copied(),
            Passage::Out(_) => None,
        };
        let from = passes.iter().map(|pass| match pass.passage {
            Passage::In(_) => out(pass).map_or(unknown, |(asked, _)| asked),
            Passage::Out(_) => 0,
        });
        let from = from.collect();
        let mut by_out: Vec<(u32, usize)> =
            passes.iter().enumerate().filter_map(|(place, pass)| Some((out(pass)?.1, place))).collect();
        order::sort(&mut by_out);
        let mut place = vec![None; passes.len()];
        for (at, (_, op)) in by_out.iter().enumerate() {
            place[*op] = Some(at);
        }
        let gone = vec![false; by_out.len()];
        let mut fifo = Fifo { from, by_out, place, gone, first: 0, contradiction };
        fifo.contradiction |= fifo.overtaken(passes);
        Some(fifo)
    }

    /// Whether an element was in before another was put in, and yet came out after it; or if nobody tells when it came out,
    /// whether there are more of those than takers of whom nobody knows what they took.
    fn overtaken(&self, passes: &[Pass<'_>]) -> bool {
        let mut events: Vec<(u32, bool, usize)> = Vec::new();
        for (place, pass) in passes.iter().enumerate().filter(|(_, pass)| matches!(pass.passage, Passage::In(_))) {
            events.push((pass.asked, false, place));
            events.extend(pass.told.map(|told| (told, true, place)));
        }
        order::sort(&mut events);
        let takers = passes.iter().filter(|pass| pass.told.is_none() && pass.passage == Passage::Out(None));
        let mut takers: Vec<u32> = takers.map(|pass| pass.asked).collect();
        order::sort(&mut takers);
        // Of those that are in for certain: how many nobody tells of, and the latest that anyone asks for one of the others.
        let (mut untold, mut latest) = (0, 0);
        events.iter().any(|(_, is_in, op)| {
            let out = self.place[*op].map(|place| self.by_out[place].0);
            match (*is_in, out) {
                (true, None) => untold += 1,
                (true, Some(_)) => latest = latest.max(self.from[*op]),
                (false, None) => {}
                (false, Some(out)) => return out < latest || takers.partition_point(|asked| *asked <= out) < untold,
            }
            false
        })
    }

    /// Whether an operation can come next as far as the others' answers tell.
    pub fn allows(&self, op: usize) -> bool {
        self.by_out.get(self.first).is_none_or(|(out, _)| self.from[op] <= *out)
    }

    /// It is taken.
    pub fn lift(&mut self, op: usize) {
        let Some(place) = self.place[op] else { return };
        self.gone[place] = true;
        while self.gone.get(self.first) == Some(&true) {
            self.first += 1;
        }
    }

    /// It is given back.
    pub fn put_back(&mut self, op: usize) {
        let Some(place) = self.place[op] else { return };
        self.gone[place] = false;
        self.first = self.first.min(place);
    }
}
