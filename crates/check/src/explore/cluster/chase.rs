//! The two halves of a hunt, each for as long as anyone lets it: in one piece, or in slices.

use super::{Bounds, Hunt, State, Verdict, Way};
use crate::explore::{Counterexample, Exploration, Limit, Limits, Outcome, Seen, Wander, cluster::Choice};
use lightcone_core::{ConfigError, Protocol};

/// Those who go ahead.
#[derive(Clone, Copy)]
enum Ahead {
    /// A scout who looks for pairs that never met, and so many states at most.
    Pairs(u64),
    /// For groups of three.
    Threes(u64),
    /// So many walks at random.
    Walks(u64),
}

/// Who goes ahead, round by round.
const ROUNDS: [Ahead; 6] = [
    Ahead::Pairs(10_000),
    Ahead::Threes(10_000),
    Ahead::Walks(4_000),
    Ahead::Pairs(200_000),
    Ahead::Threes(200_000),
    Ahead::Threes(1_000_000),
];
/// So many steps make a walk.
const STEPS: usize = 50;

/// Scouts who look at few states. They go out with fewest faults first, and again farther and farther: where nothing breaks
/// without faults, those that look for it are not to use up all the time.
pub struct Scouting<P: Protocol> {
    hunt: Hunt<P>,
    rising: Vec<Bounds>,
    /// How many went out already: round by round, each with all bounds.
    place: usize,
    out: Option<Scout<P>>,
    found: Option<Way>,
    /// How many states those saw who are back.
    states: u64,
}

enum Scout<P: Protocol> {
    Looks(Exploration<State<P>>),
    Walks(Wander<State<P>>),
}

impl<P: Protocol> Scout<P> {
    fn advance(&mut self, states: usize) -> bool {
        match self {
            Scout::Looks(search) => search.advance(states),
            Scout::Walks(wander) => wander.advance(states),
        }
    }

    fn seen(&self) -> Seen {
        match self {
            Scout::Looks(search) => search.seen(),
            Scout::Walks(wander) => wander.seen(),
        }
    }

    fn found(&self) -> Option<&Counterexample<Choice>> {
        match self {
            Scout::Looks(search) => violated(search),
            Scout::Walks(wander) => wander.found(),
        }
    }
}

fn violated<P: Protocol>(search: &Exploration<State<P>>) -> Option<&Counterexample<Choice>> {
    if let Some(Outcome::Violated(found)) = search.outcome() { Some(found) } else { None }
}

fn way(found: &Counterexample<Choice>, bounds: Bounds, seen: Seen) -> Way {
    Way { bounds, choices: found.choices.clone(), words: found.words.clone(), seen, shortest: false }
}

impl<P: Protocol> Scouting<P> {
    /// Nobody is out yet.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn new(hunt: Hunt<P>) -> Result<Self, ConfigError> {
        let rising = hunt.rising()?;
        Ok(Scouting { hunt, rising, place: 0, out: None, found: None, states: 0 })
    }

    /// Goes on from about so many states. True while there is more to do.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn advance(&mut self, states: usize) -> Result<bool, ConfigError> {
        let Some(ahead) = ROUNDS.get(self.place / self.rising.len()) else { return Ok(false) };
        let bounds = self.bounds();
        let mut scout = match self.out.take() {
            Some(scout) => scout,
            None => self.hunt.ahead(*ahead, bounds)?,
        };
        if scout.advance(states) {
            self.out = Some(scout);
            return Ok(true);
        }
        self.states += scout.seen().distinct;
        self.found = scout.found().map(|found| way(found, bounds, scout.seen()));
        self.place = if self.found.is_some() { usize::MAX } else { self.place + 1 };
        Ok(self.place / self.rising.len() < ROUNDS.len())
    }

    /// Within which bounds they look.
    fn bounds(&self) -> Bounds {
        self.rising[self.place % self.rising.len()]
    }

    /// What they brought back.
    pub fn found(&self) -> Option<&Way> {
        self.found.as_ref()
    }

    /// How many states they looked at in all.
    pub fn states(&self) -> u64 {
        self.states + self.seen().distinct
    }

    /// What the one saw who is out.
    pub fn seen(&self) -> Seen {
        self.out.as_ref().map_or(Seen::default(), Scout::seen)
    }
}

impl<P: Protocol> Hunt<P> {
    fn ahead(&self, ahead: Ahead, bounds: Bounds) -> Result<Scout<P>, ConfigError> {
        let start = self.start(bounds)?;
        let (three, most) = match ahead {
            Ahead::Pairs(most) => (false, most),
            Ahead::Threes(most) => (true, most),
            Ahead::Walks(walks) => {
                return Ok(Scout::Walks(Wander::new(start, walks, STEPS.min(self.limits.depth as usize))));
            }
        };
        let limits = Limits { states: self.limits.states.min(most), ..self.limits };
        Ok(Scout::Looks(Exploration::scout(vec![start], limits, three)))
    }
}

/// Looks at all states, beginning with fewest faults, and no further than a way that is known.
pub struct Searching<P: Protocol> {
    hunt: Hunt<P>,
    rising: Vec<Bounds>,
    /// Within which of these it searches.
    place: usize,
    search: Option<Exploration<State<P>>>,
    best: Option<Way>,
    seen: Seen,
    /// How many states those searches saw that are over.
    states: u64,
    came: Option<Verdict>,
}

impl<P: Protocol> Searching<P> {
    /// Nothing is searched yet.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn new(hunt: Hunt<P>, known: Option<Way>) -> Result<Self, ConfigError> {
        let rising = hunt.rising()?;
        Ok(Searching {
            hunt,
            rising,
            place: 0,
            search: None,
            best: known,
            seen: Seen::default(),
            states: 0,
            came: None,
        })
    }

    /// Goes on from about so many states. True while there is more to do.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn advance(&mut self, states: usize) -> Result<bool, ConfigError> {
        let Some(bounds) = self.bounds() else {
            self.end();
            return Ok(false);
        };
        let limits = self.limits(bounds);
        let mut search = match self.search.take() {
            Some(search) => search,
            None => Exploration::new(vec![self.hunt.start(bounds)?], limits),
        };
        let more = search.advance(states);
        self.seen = search.seen();
        if more {
            self.search = Some(search);
            return Ok(true);
        }
        self.states += self.seen.distinct;
        self.place += 1;
        match search.outcome() {
            Some(Outcome::Violated(found)) => self.best = Some(way(found, bounds, self.seen)),
            Some(Outcome::Stopped(Limit::Depth)) if limits.depth < self.hunt.limits.depth => {}
            Some(Outcome::Stopped(limit)) => self.came = Some(self.stopped(*limit)),
            Some(Outcome::Exhausted) | None => {}
        }
        Ok(true)
    }

    /// Within which bounds it searches next, if it is not over.
    fn bounds(&self) -> Option<Bounds> {
        let bounds = self.rising.get(self.place).copied().filter(|_| self.came.is_none());
        bounds.filter(|bounds| self.best.as_ref().is_none_or(|best| bounds.faults() <= best.bounds.faults()))
    }

    /// Goes on to the end on so many cores. `start` makes the state from which each thread starts.
    ///
    /// # Errors
    /// The setting that cannot be run.
    ///
    /// # Panics
    /// If `start` gives no state within bounds that this search has.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn finish_on(&mut self, jobs: usize, start: &(impl Fn(Bounds) -> State<P> + Sync)) -> Result<(), ConfigError> {
        while let Some(bounds) = self.bounds() {
            let search = crate::explore::on_cores(jobs, || vec![start(bounds)], self.limits(bounds));
            self.search = Some(search);
            self.advance(0)?;
        }
        self.end();
        Ok(())
    }

    /// How far it goes within some bounds: a level leads to ways of one step, and of interest are those that are shorter by
    /// a step at least than the one that is known.
    fn limits(&self, bounds: Bounds) -> Limits {
        let mut limits = self.hunt.limits;
        if let Some(best) = self.best.as_ref().filter(|best| best.bounds.faults() == bounds.faults()) {
            limits.depth = limits.depth.min(u32::try_from(best.choices.len().saturating_sub(1)).unwrap_or(u32::MAX));
        }
        limits
    }

    fn end(&mut self) {
        if self.came.is_none() {
            let shortest = |best: &Way| Verdict::Violated(Way { shortest: true, ..best.clone() });
            self.came = Some(self.best.as_ref().map_or(Verdict::Impossible(self.seen), shortest));
        }
    }

    /// What it comes to if it goes no further.
    fn stopped(&self, limit: Limit) -> Verdict {
        self.best.clone().map_or(Verdict::NotFound(self.seen, limit), Verdict::Violated)
    }

    /// What came of it, or of as much as was searched.
    pub fn came(&self) -> Verdict {
        self.came.clone().unwrap_or_else(|| self.stopped(Limit::States))
    }

    /// How many states were looked at in all.
    pub fn states(&self) -> u64 {
        self.states + self.search.as_ref().map_or(0, |search| search.seen().distinct)
    }

    /// What was seen within the bounds that are being searched.
    pub fn seen(&self) -> Seen {
        self.seen
    }

    /// The best way that is known.
    pub fn best(&self) -> Option<&Way> {
        self.best.as_ref()
    }
}
