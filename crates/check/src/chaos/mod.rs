//! Faults from a seed, as data.
//!
//! Chaos draws ordinary interventions, which a person can then edit. Each kind of fault has a rate, and each fault is
//! drawn by its kind and number, so that a longer run begins with the faults of the shorter one. What a protocol
//! assumes is kept to unless the settings go beyond it. About half of the crashes wait for a step and fall within it or
//! right after it. At the calm instant everything is over: whoever is down starts again, and a `Heal` ends what still
//! lasts.
//!
//! Faults done to one message or timer are left out, because only a run could name it, and so are participants that
//! leave, because that is never over. Random loss and load are settings of the scenario.

mod cast;
mod draw;
mod settings;

pub use settings::ChaosSettings;

use cast::Cast;
use draw::Draw;
use lightcone_core::{Assumptions, Bound, Delivery, Micros, Order, Span, order, service::Mix};
use lightcone_sim::{
    Across, Bandwidth, Disk, Fault, Intervention, Latency, Manner, Until, When, name::Seed, setup::Setup,
};

/// Rates are so many faults in this time.
const PER: Micros = Micros::ms(10_000);
/// How far a clock may drift where its protocol goes by clocks that are roughly right, in parts per million.
const DRIFT: u64 = 100_000;

/// A crash in a step comes after fewer effects than this.
const EFFECTS: u64 = 6;

/// The kinds of faults that chaos knows. They are drawn apart from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Partition,
    OneWay,
    Crash,
    Disk,
    Pause,
    Slow,
    Lossy,
    Copying,
    Clog,
    Reorder,
    Clock,
    Liar,
    Join,
    Request,
}

impl Kind {
    const ALL: [Kind; 14] = [
        Kind::Partition,
        Kind::OneWay,
        Kind::Crash,
        Kind::Disk,
        Kind::Pause,
        Kind::Slow,
        Kind::Lossy,
        Kind::Copying,
        Kind::Clog,
        Kind::Reorder,
        Kind::Clock,
        Kind::Liar,
        Kind::Join,
        Kind::Request,
    ];

    fn rate(self, settings: &ChaosSettings) -> u32 {
        match self {
            Kind::Partition => settings.partitions,
            Kind::OneWay => settings.one_way,
            Kind::Crash => settings.crashes,
            Kind::Disk => settings.disk,
            Kind::Pause => settings.pauses,
            Kind::Slow => settings.slow,
            Kind::Lossy => settings.lossy,
            Kind::Copying => settings.copying,
            Kind::Clog => settings.clogged,
            Kind::Reorder => settings.reorder,
            Kind::Clock => settings.clocks,
            Kind::Liar => settings.lies,
            Kind::Join => settings.joins,
            Kind::Request => settings.requests,
        }
    }

    /// Whether a protocol's guarantees are meant to survive this. How many may crash or lie is another question.
    fn is_assumed(self, assumed: Assumptions) -> bool {
        match self {
            Kind::Lossy => assumed.delivery != Delivery::Reliable,
            Kind::Copying => assumed.delivery != Delivery::Reliable && assumed.order == Order::Any,
            Kind::Reorder => assumed.order == Order::Any,
            Kind::Crash => assumed.crashes != Bound::None,
            Kind::Liar => assumed.lies != Bound::None,
            // Nothing is promised for a disk that is lost: where disks need not survive, nobody comes back.
            Kind::Disk => false,
            Kind::Partition | Kind::OneWay | Kind::Pause | Kind::Slow | Kind::Clog => true,
            Kind::Clock | Kind::Join | Kind::Request => true,
        }
    }
}

/// The faults of a seed for a run that ends at `horizon`, with ids from `first_id`.
pub fn chaos(setup: &Setup, settings: &ChaosSettings, seed: u64, horizon: Micros, first_id: u32) -> Vec<Intervention> {
    let calm = settings.calm_at(horizon);
    let mut chaos =
        Chaos { setup, settings, calm, cast: Cast::new(setup, settings.beyond, Seed(seed)), drifting: Vec::new() };
    let mut strikes = chaos.strikes(Seed(seed));
    order::sort_by_key(&mut strikes, |strike| (strike.from, strike.kind, strike.draw.nth));
    let faults = strikes.into_iter().flat_map(|strike| chaos.strike(strike)).collect::<Vec<Drawn>>();
    let heal = (!faults.is_empty()).then_some(Drawn { at: calm, until: Until::End, fault: Fault::Heal });
    let numbered = (first_id..).zip(faults.into_iter().chain(heal));
    numbered.map(|(id, Drawn { at, until, fault })| Intervention { id, when: When::At(at), until, fault }).collect()
}

/// A fault that is drawn, without its number.
struct Drawn {
    at: Micros,
    until: Until,
    fault: Fault,
}

/// One fault to be drawn, and when it begins.
struct Strike {
    from: Micros,
    kind: Kind,
    draw: Draw,
}

struct Chaos<'a> {
    setup: &'a Setup,
    settings: &'a ChaosSettings,
    calm: Micros,
    cast: Cast,
    /// Whose clocks run wrong until when, where guarantees rest on how wrong they run.
    drifting: Vec<(String, Micros)>,
}

impl Chaos<'_> {
    /// When which kind of fault begins: the faults of a kind are dealt out evenly, each at a drawn place of its share
    /// of the time.
    fn strikes(&self, seed: Seed) -> Vec<Strike> {
        let assumed = self.setup.actors.about().assumptions;
        // How far a clock that runs wrong for a while gets ahead is not known beforehand.
        let exact = self.setup.skew.is_some();
        let assumed = |kind: &Kind| kind.is_assumed(assumed) && !(exact && *kind == Kind::Clock);
        let kinds = Kind::ALL.into_iter().filter(|kind| self.settings.beyond || assumed(kind));
        let mut strikes = Vec::new();
        for kind in kinds.filter(|kind| kind.rate(self.settings) > 0) {
            let share = (PER.0 / u64::from(kind.rate(self.settings))).max(1);
            for nth in 0.. {
                let draw = Draw { seed, kind: kind as u8, nth };
                let start = u64::from(nth).saturating_mul(share);
                if start >= self.calm.0 {
                    break;
                }
                let from = Micros(start + draw.below("from", share));
                strikes.extend((from < self.calm).then_some(Strike { from, kind, draw }));
            }
        }
        strikes
    }

    /// One fault, in one or two parts, or nothing if it does not fit the cluster.
    fn strike(&mut self, Strike { from, kind, draw }: Strike) -> Vec<Drawn> {
        let until = from.plus(draw.within("length", self.settings.stability).max(Micros(1)));
        let at = |fault: Fault| vec![Drawn { at: from, until: Until::End, fault }];
        let fault = match kind {
            Kind::Crash | Kind::Disk => return self.crash(draw, kind, from, until.min(self.calm)),
            Kind::Join => return self.cast.next_late().map(|node| at(Fault::Join { node })).unwrap_or_default(),
            Kind::Request => return self.request(draw).map(at).unwrap_or_default(),
            Kind::Partition => self.partition(draw),
            Kind::OneWay => self.one_way(draw),
            Kind::Pause => Some(Fault::Pause { node: draw.one_of("paused", &self.cast.everyone).clone() }),
            Kind::Clock => self.clock(draw, from, until),
            Kind::Liar => self.liar(draw),
            Kind::Slow | Kind::Lossy | Kind::Copying | Kind::Clog | Kind::Reorder => self.links(draw, kind),
        };
        fault.map(|fault| vec![Drawn { at: from, until: Until::At(until), fault }]).unwrap_or_default()
    }

    /// Who crashes comes back, unless it would have forgotten what it must not forget: then it stays down.
    fn crash(&mut self, draw: Draw, kind: Kind, from: Micros, until: Micros) -> Vec<Drawn> {
        let assumed = self.setup.actors.about().assumptions;
        let returns = assumed.disk_survives || self.settings.beyond;
        let Some(node) = self.cast.fell(draw, from, if returns { until } else { Micros(u64::MAX) }) else {
            return Vec::new();
        };
        let disk = match kind {
            Kind::Disk if draw.below("disk", 2) == 0 => Disk::LastWriteLost,
            Kind::Disk => Disk::Lost,
            _ => Disk::Kept,
        };
        // Every other one falls between the effects of a step, the first from then on.
        let effects = || u32::try_from(draw.below("effects", EFFECTS)).expect("it is small");
        let after = (draw.below("in a step", 2) == 0).then(effects);
        let crash = Fault::Crash { node: node.clone(), disk, after };
        let mut parts = vec![Drawn { at: from, until: Until::End, fault: crash }];
        parts.extend(returns.then_some(Drawn { at: until, until: Until::End, fault: Fault::Restart { node } }));
        parts
    }

    fn across(&self, draw: Draw) -> Across {
        let may_lose = self.settings.beyond || self.setup.actors.about().assumptions.delivery != Delivery::Reliable;
        if may_lose && draw.below("across", 2) == 0 { Across::Lost } else { Across::Held }
    }

    fn partition(&self, draw: Draw) -> Option<Fault> {
        let across = self.across(draw);
        let groups = match draw.below("shape", 6) {
            0..=2 => self.cast.groups(draw, 2),
            3 => self.cast.groups(draw, 3),
            _ => self.cast.one_apart(draw),
        };
        (self.cast.everyone.len() > 1).then_some(Fault::Partition { groups, across })
    }

    fn one_way(&self, draw: Draw) -> Option<Fault> {
        Some(Fault::Cut { links: self.cast.one_way(draw)?, across: self.across(draw) })
    }

    fn links(&self, draw: Draw, kind: Kind) -> Option<Fault> {
        let links = self.cast.links(draw)?;
        let percent = u8::try_from(10 + draw.below("percent", 81)).expect("it is at most 90");
        let usual = self.setup.network.latency.max().max(Micros(1)).0;
        Some(match kind {
            Kind::Slow => Fault::Slow { links, by: self.slowness(draw, usual) },
            Kind::Lossy => Fault::Lossy { links, percent },
            Kind::Copying => Fault::Copying { links, percent },
            Kind::Clog => Fault::Clog { links, bandwidth: self.narrowness(draw, usual) },
            _ => Fault::Reorder { links, by: Micros(usual + draw.below("by", usual.saturating_mul(10))) },
        })
    }

    /// From one to a few times the usual latency, now and then with a long tail.
    fn slowness(&self, draw: Draw, usual: u64) -> Latency {
        let min = usual + draw.below("least", usual.saturating_mul(2));
        let max = min + draw.below("most", usual.saturating_mul(4));
        let tail = (draw.below("tail", 4) == 0).then_some(Micros(max.saturating_mul(10)));
        Latency { span: Span { min: Micros(min), max: Micros(max) }, tail }
    }

    /// Up to one message in each usual latency; where messages may be lost, those are that find no place to wait.
    fn narrowness(&self, draw: Draw, usual: u64) -> Bandwidth {
        let may_lose = self.settings.beyond || self.setup.actors.about().assumptions.delivery != Delivery::Reliable;
        let queue = 1 + u32::try_from(draw.below("queue", 32)).expect("it is small");
        let queue = (may_lose && draw.below("overflows", 2) == 0).then_some(queue);
        Bandwidth { each: Micros(1 + draw.below("each", usual)), queue }
    }

    /// Clocks run a little wrong. Beyond the assumptions they run fast or slow and are set forward.
    fn clock(&mut self, draw: Draw, from: Micros, until: Micros) -> Option<Fault> {
        let node = draw.pick("clock of", &self.cast.servers)?.clone();
        if self.setup.drift.is_some() && !self.settings.beyond {
            // Two faults of one clock add up.
            if self.drifting.iter().any(|(drifts, until)| *drifts == node && *until > from) {
                return None;
            }
            self.drifting.push((node.clone(), until));
        }
        let gain = |least: i64, width: u64| {
            let drawn = i64::try_from(draw.below("drift", width + 1)).expect("it is small");
            i32::try_from(least + drawn).expect("it is small")
        };
        Some(match self.settings.beyond {
            false => {
                let most = self.setup.drift.unwrap_or(DRIFT);
                let least = -i64::try_from(most).expect("it is small");
                Fault::Clock { node, ahead: Micros::ZERO, drift: gain(least, 2 * most) }
            }
            true => {
                let ahead = Micros(draw.below("ahead", 1_000_000));
                Fault::Clock { node, ahead, drift: gain(-900_000, 2_900_000) }
            }
        })
    }

    fn liar(&self, draw: Draw) -> Option<Fault> {
        const MANNERS: [Manner; 5] =
            [Manner::Equivocating, Manner::Lying, Manner::Silent, Manner::Delaying, Manner::Unasked];
        let node = draw.pick("liar", &self.cast.fallible)?.clone();
        Some(Fault::Byzantine { node, manner: *draw.one_of("manner", &MANNERS) })
    }

    /// A client is asked, or where there are none, a local event happens.
    fn request(&self, draw: Draw) -> Option<Fault> {
        let actors = &self.setup.actors;
        let Some(client) = draw.pick("client", &self.cast.clients).cloned() else {
            let cause = draw.pick("cause", &actors.stimuli())?.clone();
            return Some(Fault::Local { node: self.setup.name(cause.node).into(), what: cause.label });
        };
        let mut drawn = 0;
        let mut number = |n: u32| {
            drawn += 1;
            u32::try_from(draw.nth("operation", drawn, n.into())).expect("it is below a u32")
        };
        let mix = Mix { reads: 50, keys: self.settings.keys, skew: self.settings.skew };
        // Far from the numbers of the scenario's own workload, so that what is written tells apart.
        let op = actors.sample(&mut number, mix, 10_000 + u64::from(draw.nth));
        Some(Fault::Request { client, op: actors.op_words(&op) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_assumption_forbids_its_faults() {
        let weakest = Assumptions {
            order: Order::Any,
            delivery: Delivery::FairLossy,
            disk_survives: false,
            crashes: Bound::Any,
            lies: Bound::Third,
            timing: "none",
        };
        let forbidden = |assumed: Assumptions| -> Vec<Kind> {
            Kind::ALL.into_iter().filter(|kind| !kind.is_assumed(assumed)).collect()
        };
        assert_eq!(forbidden(weakest), [Kind::Disk]);
        let fifo = Assumptions { order: Order::Fifo, ..weakest };
        assert_eq!(forbidden(fifo), [Kind::Disk, Kind::Copying, Kind::Reorder]);
        let reliable = Assumptions { delivery: Delivery::Reliable, ..weakest };
        assert_eq!(forbidden(reliable), [Kind::Disk, Kind::Lossy, Kind::Copying]);
        let honest = Assumptions { lies: Bound::None, ..weakest };
        assert_eq!(forbidden(honest), [Kind::Disk, Kind::Liar]);
        let standing = Assumptions { crashes: Bound::None, ..weakest };
        assert_eq!(forbidden(standing), [Kind::Crash, Kind::Disk]);
    }
}
