//! Time, where servers look at their clocks.
//!
//! It passes where a timer fires that may not fire yet, and then until it may: each timer waits for the least of its range
//! on the clock of its node, and for as long after that as it likes, as it would in a process that is paused. All else
//! takes no time. Where it counts when something was, what a client asks and what happens locally comes a microsecond after
//! everything before it: what one was told of is earlier.
//!
//! First it is chosen what clocks are like from then on: where it counts how fast they run, each as slow or as fast as is
//! assumed, all along; where it counts how far they stand apart, each right or ahead by as much as is assumed. So a lease
//! is not refuted by times that cannot be, and holds or breaks at the bound of what its protocol allows for.
//!
//! A state holds what clocks show, and of a timer when it may fire, or that it may. In a state without time, nobody looks.

use super::{
    Choice, Site, Snapshot,
    state::{Open, Place, State},
};
use lightcone_core::{Clocks, Micros, NodeId, NodeSet, Protocol, TimerOf};
use lightcone_sim::{Clock, LocalClock};
use serde::Serialize;
use std::rc::Rc;

/// So far ahead is a clock where nothing is assumed of how far clocks stand apart.
const AHEAD: Micros = Micros::ms(1_000);

/// What a search knows of time.
pub(super) struct Timing {
    kind: Clocks,
    /// When it begins, and everyone's clock then.
    pub start: (Micros, Rc<[Clock]>),
    /// By how much a clock may be set ahead, or by how many millionths run fast or slow.
    bound: Bound,
    servers: NodeSet,
}

#[derive(Clone, Copy)]
enum Bound {
    Nothing,
    Ahead(Micros),
    Drift(i32),
}

/// How a clock goes wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wrong {
    pub ahead: Micros,
    /// What it gains in addition.
    pub drift: i32,
}

/// An armed timer.
#[derive(Hash, Serialize)]
#[serde(bound = "")]
pub(super) struct Armed<P: Protocol> {
    pub timer: TimerOf<P>,
    /// It may fire once the clock of its node shows that much: zero if it may.
    pub due: Micros,
}

impl<P: Protocol> Clone for Armed<P> {
    fn clone(&self) -> Self {
        Armed { timer: self.timer.clone(), due: self.due }
    }
}

impl Timing {
    /// What a search of these settings knows of time, if anyone looks at a clock.
    pub fn of<P: Protocol>(
        config: &P::Config,
        participants: usize,
        servers: NodeSet,
        from: Option<&Snapshot<P>>,
    ) -> Option<Self> {
        let kind = P::clocks(config);
        if kind == Clocks::Unread {
            return None;
        }
        let right = || (Micros::ZERO, vec![Clock::new(LocalClock::default()); participants].into());
        let start = from.map_or_else(right, Snapshot::time);
        Some(Timing { kind, start, bound: bound::<P>(config, from.is_some()), servers })
    }

    /// The time at which a search begins.
    pub fn begins(&self) -> Micros {
        self.start.0
    }

    /// What clocks can be like: so many ways.
    pub fn ways(&self) -> u16 {
        match self.bound {
            Bound::Nothing => 1,
            _ => 1 << self.servers.len().min(15),
        }
    }

    /// How each server's clock goes wrong in one of these ways.
    pub fn wrong(&self, way: u16) -> impl Iterator<Item = (NodeId, Wrong)> {
        let wrong = move |(place, node): (usize, NodeId)| {
            let more = is_wrong(way, place);
            let clock = self.start.1[node.index()];
            let (ahead, drift) = match self.bound {
                Bound::Nothing => (Micros::ZERO, 0),
                Bound::Ahead(ahead) => (if more { ahead } else { Micros::ZERO }, 0),
                Bound::Drift(most) => (Micros::ZERO, if more { most } else { -most } - clock.drift()),
            };
            (node, Wrong { ahead, drift })
        };
        self.servers.iter().enumerate().map(wrong)
    }

    fn clocks(&self, way: u16, now: Micros) -> Rc<[Clock]> {
        let mut clocks = self.start.1.to_vec();
        for (node, Wrong { ahead, drift }) in self.wrong(way) {
            let clock = &mut clocks[node.index()];
            *clock = clock.changed(now, ahead, clock.drift() + drift);
        }
        clocks.into()
    }

    /// One of the ways in words.
    pub fn words<P: Protocol>(&self, way: u16, site: &Site<P>) -> String {
        let names = |more: bool| {
            let nodes = self.servers.iter().enumerate().filter(|(place, _)| is_wrong(way, *place) == more);
            let names: Vec<&str> = nodes.map(|(_, node)| &*site.cluster.specs[node.index()].name).collect();
            names.join(", ")
        };
        let sides = [(names(false), "slow"), (names(true), "fast")];
        let sides =
            sides.into_iter().filter(|(names, _)| !names.is_empty()).map(|(names, side)| format!("{names} {side}"));
        match self.bound {
            Bound::Ahead(ahead) if way > 0 => format!("clocks {ahead} ahead: {}", names(true)),
            Bound::Drift(most) => format!("clocks {most} ppm off: {}", sides.collect::<Vec<_>>().join("; ")),
            _ => "every clock is right".into(),
        }
    }
}

/// Whether the clock of the server at this place is the one that is ahead or fast.
fn is_wrong(way: u16, place: usize) -> bool {
    u32::try_from(place).is_ok_and(|place| way.checked_shr(place).unwrap_or(0) & 1 == 1)
}

fn bound<P: Protocol>(config: &P::Config, midway: bool) -> Bound {
    match P::clocks(config) {
        // A clock that is set ahead in the middle of a run may be further ahead than is assumed.
        Clocks::Instants if !midway => match P::skew(config).unwrap_or(AHEAD) {
            Micros::ZERO => Bound::Nothing,
            ahead => Bound::Ahead(ahead),
        },
        Clocks::Lengths => {
            let most = i32::try_from(P::drift(config).unwrap_or(0)).expect("settings hold bounds that clocks can have");
            if most == 0 { Bound::Nothing } else { Bound::Drift(most) }
        }
        _ => Bound::Nothing,
    }
}

/// How time passes in a search with these settings, in words; nothing if nobody looks at a clock.
pub fn time_words<P: Protocol>(config: &P::Config, midway: bool) -> Option<String> {
    let clocks = match bound::<P>(config, midway) {
        _ if P::clocks(config) == Clocks::Unread => return None,
        Bound::Nothing if midway => "clocks that go on as they do there".into(),
        Bound::Nothing => "clocks that run alike".into(),
        Bound::Ahead(ahead) => format!("clocks that are right or {ahead} ahead"),
        Bound::Drift(most) => format!("clocks that run {most} ppm slow or fast all along"),
    };
    let asked = if P::clocks(config) == Clocks::Instants { ", and by 1us where something is asked" } else { "" };
    Some(format!("{clocks}, time that passes only until a timer may fire{asked}"))
}

impl<P: Protocol> State<P> {
    /// The time and the clocks of the beginning. If those can be like several things, it is chosen first.
    pub(super) fn begin_time(&mut self) {
        let Some(timing) = &self.site.timing else { return };
        (self.now, self.clocks) = timing.start.clone();
        if timing.ways() > 1 {
            self.open = Open::Clocks;
        }
    }

    pub(super) fn choose_clocks(&mut self, way: u16) {
        let timing = self.site.timing.as_ref().expect("only a search that knows time has clocks to choose");
        self.clocks = timing.clocks(way, self.now);
    }

    /// What the clock of a participant shows.
    pub(super) fn shows(&self, node: NodeId, at: Micros) -> Micros {
        self.clocks.get(node.index()).map_or(Micros::ZERO, |clock| clock.shows(at))
    }

    /// When something that may happen next happens: now, or as soon as it may.
    pub(super) fn when(&self, choice: Choice) -> Micros {
        match (choice, &self.site.timing) {
            (Choice::Fire(node, place) | Choice::CrashIn(node, place), Some(_)) => {
                let due = self.places[node.index()].timers[usize::from(place)].due;
                self.clocks[node.index()].reaches(due, self.now)
            }
            (Choice::Ask(..) | Choice::Stimulus(_), Some(timing)) if timing.kind == Clocks::Instants => {
                self.now.plus(Micros(1))
            }
            _ => self.now,
        }
    }

    /// When a timer may fire that is armed for a length of at least `least`, by the clock of its node.
    pub(super) fn due(&self, node: NodeId, at: Micros, least: Micros) -> Micros {
        if self.clocks.is_empty() || least == Micros::ZERO { Micros::ZERO } else { self.shows(node, at).plus(least) }
    }

    /// Time passes, and timers may fire.
    pub(super) fn pass(&mut self, until: Micros) {
        if until == self.now {
            return;
        }
        self.now = until;
        for node in (0..).map(NodeId).take(self.places.len()) {
            let shown = self.shows(node, until);
            let comes_due = |armed: &Armed<P>| armed.due > Micros::ZERO && armed.due <= shown;
            if self.places[node.index()].timers.iter().any(comes_due) {
                self.change(node, |place: &mut Place<P>| {
                    place.timers.iter_mut().filter(|armed| comes_due(armed)).for_each(|armed| armed.due = Micros::ZERO);
                });
            }
        }
    }
}
