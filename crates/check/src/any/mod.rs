//! Interventions of every kind, drawn for a run: for tests that hold for all of them.
//!
//! Unlike [`chaos`](crate::chaos()) nothing is kept to here: assumptions are broken, names are wrong, and what is done may
//! be done to something that is not there.

mod events;
mod faults;

use events::{condition, on_arming, on_message, on_timer};
use faults::{at_instant, done_to_message, on_condition};
use lightcone_core::{Micros, Order, Sorted, Span};
use lightcone_sim::{
    Bandwidth, Disk, Fault, Intervention, Latency, Load, LocalClock, Network, Run, Until, When, name::Seed,
    scenario::SERVERS,
};

/// Draws of one test case, one after the other.
pub struct Dice {
    seed: Seed,
    drawn: u64,
}

impl Dice {
    /// The draws of a case.
    pub fn new(case: u64) -> Self {
        Dice { seed: Seed(case), drawn: 0 }
    }

    /// A number below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.drawn += 1;
        self.seed.outside("any", self.drawn, n as u64) as usize
    }

    /// An instant before `until`.
    pub fn time(&mut self, until: Micros) -> Micros {
        Micros(self.below(until.0 as usize) as u64)
    }

    /// One of some things.
    pub fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }
}

/// A network of any kind.
pub fn network(dice: &mut Dice) -> Network {
    let tail = Latency { span: Span::ms(2, 8), tail: Some(Micros::ms(300)) };
    let spans = [Span::ms(5, 20), Span::ms(1, 60), Span::exactly(Micros::ms(10)), Span::exactly(Micros(1))];
    let latency = if dice.below(5) == 0 { tail } else { Latency::span(dice.one_of(&spans)) };
    let narrow = |queue| Some(Bandwidth { each: Micros::ms(2), queue });
    Network {
        latency,
        loss: dice.one_of(&[0, 0, 5, 20]),
        order: dice.one_of(&[Order::Any, Order::Fifo]),
        bandwidth: dice.one_of(&[None, None, narrow(None), narrow(Some(3))]),
    }
}

/// A load of any kind, or none, for every server.
pub fn load(dice: &mut Dice) -> Sorted<String, Load> {
    let some = |service, workers, queue| Some(Load { service, workers, queue });
    let kinds = [None, None, some(Span::ms(1, 6), 1, Some(4)), some(Span::ms(1, 3), 2, None)];
    dice.one_of(&kinds).map(|load| (SERVERS.to_string(), load)).into_iter().collect()
}

/// Clocks that run apart.
pub fn clocks(dice: &mut Dice, run: &Run) -> Sorted<String, LocalClock> {
    let mut clock = || LocalClock { offset: dice.time(Micros::ms(50)), drift: dice.below(200_001) as i32 - 100_000 };
    run.setup().specs().iter().map(|spec| (spec.name.clone(), clock())).collect()
}

/// Any intervention, on something that happens in `run` where it needs that.
pub fn intervention(dice: &mut Dice, run: &Run, id: u32) -> Intervention {
    let until = until(dice, run);
    let (when, fault) = match dice.below(20) {
        0 | 1 => (on_message(dice, run), done_to_message(dice)),
        2 => (
            on_timer(dice, run),
            Fault::Crash { node: "it".into(), disk: Disk::Kept, after: Some(dice.below(6) as u32) },
        ),
        3 => (on_arming(dice, run), Fault::Move { to: dice.time(Micros::ms(400)) }),
        6 => deliver_early(dice, run),
        4 | 5 => (When::If(condition(dice, run)), on_condition(dice, run)),
        _ => (When::At(dice.time(run.scenario().until)), at_instant(dice, run)),
    };
    Intervention { id, when, until, fault }
}

/// A message delivered while it is under way.
fn deliver_early(dice: &mut Dice, run: &Run) -> (When, Fault) {
    let When::On { selector, name } = on_message(dice, run) else { unreachable!("it is on something") };
    let found = run.trace().messages.iter().find(|m| name.is_some_and(|name| name == m.name));
    let at = found
        .map_or(run.scenario().until, |m| Micros(m.sent.0 + dice.below((m.end.0 - m.sent.0).max(1) as usize) as u64));
    (When::At(at), Fault::Deliver { message: selector })
}

fn until(dice: &mut Dice, run: &Run) -> Until {
    match dice.below(4) {
        0 => Until::End,
        1 => Until::For(dice.time(Micros::ms(500))),
        _ => Until::At(dice.time(run.scenario().until)),
    }
}

/// Other interventions in place of those of `run`: some added, removed, moved in time or in their end.
pub fn edited(dice: &mut Dice, run: &Run) -> Vec<Intervention> {
    let mut new = run.scenario().interventions.clone();
    for _ in 0..=dice.below(2) {
        let place = dice.below(new.len().max(1));
        match dice.below(6) {
            0 if !new.is_empty() => {
                new.remove(place);
            }
            1 | 2 if !new.is_empty() => new[place].until = until(dice, run),
            3 if !new.is_empty() && matches!(new[place].when, When::At(_)) => {
                new[place].when = When::At(dice.time(run.scenario().until));
            }
            _ => {
                let id = 1 + new.iter().map(|one| one.id).max().unwrap_or(0);
                new.push(intervention(dice, run, id));
            }
        }
    }
    new
}
