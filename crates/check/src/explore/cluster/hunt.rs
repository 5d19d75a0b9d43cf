//! The search for what breaks a cluster: with as few faults as can be, and then in as few steps.
//!
//! How many faults may happen is raised from none. First scouts go out, who look at few states or walk at random, and find
//! most of what there is to find in seconds. What they bring back is a way to break it, and no more. Then everything is searched that has fewer
//! faults, or as many and fewer steps: only if that comes to its end is it said that nothing shorter is there.

use super::{Bounds, Choice, Snapshot, State, cluster, cluster_at};
use crate::explore::{Counterexample, Exploration, Limit, Limits, Outcome, Seen, wander};
use lightcone_core::{ConfigError, Protocol};

/// What is to be searched.
#[derive(Clone, Debug)]
pub struct Hunt<P: Protocol> {
    /// The settings of the cluster.
    pub config: P::Config,
    /// What may happen how often.
    pub bounds: Bounds,
    /// How far each search goes.
    pub limits: Limits,
    /// Whether states are left out that change no verdict.
    pub reduced: bool,
    /// From which moment of a run; from the beginning if nothing is said.
    pub from: Option<Snapshot<P>>,
}

/// A way to break something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Within these bounds, which are no wider than those that were asked for.
    pub bounds: Bounds,
    /// What is chosen.
    pub choices: Vec<Choice>,
    /// What is broken: its name, a colon, and how.
    pub words: String,
    /// What the search that found it had seen by then; walks at random count each state that they pass.
    pub seen: Seen,
    /// Whether it is known that fewer faults, or as many and fewer steps, break nothing.
    pub shortest: bool,
}

/// What came of some searches, and how many states they looked at in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looked<T> {
    /// What came of them.
    pub came: T,
    /// How many distinct states each saw, added up.
    pub states: u64,
}

/// What a whole search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All that the bounds allow was seen, and nothing breaks.
    Impossible(Seen),
    /// Nothing was found before a limit was reached.
    NotFound(Seen, Limit),
    /// Something breaks.
    Violated(Way),
}

/// One of several numbers of some bounds.
type Kind = fn(&mut Bounds) -> &mut u32;

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

impl Bounds {
    /// How many faults may happen in all.
    pub fn faults(&self) -> u32 {
        self.crashes + self.losses + self.copies + self.lies
    }

    /// These bounds with fewer faults, in every way: fewest first, and these bounds themselves last.
    pub fn rising(self) -> Vec<Bounds> {
        let mut all = vec![Bounds { crashes: 0, losses: 0, copies: 0, lies: 0, ..self }];
        let kinds: [(u32, Kind); 4] = [
            (self.crashes, |bounds| &mut bounds.crashes),
            (self.losses, |bounds| &mut bounds.losses),
            (self.copies, |bounds| &mut bounds.copies),
            (self.lies, |bounds| &mut bounds.lies),
        ];
        for (most, kind) in kinds {
            let with = |bounds: Bounds| {
                (0..=most).map(move |count| {
                    let mut more = bounds;
                    *kind(&mut more) = count;
                    more
                })
            };
            all = all.into_iter().flat_map(with).collect();
        }
        all.sort_by_key(Bounds::faults);
        all
    }
}

impl<P: Protocol> Hunt<P> {
    /// The initial state within some bounds.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn start(&self, bounds: Bounds) -> Result<State<P>, ConfigError> {
        match &self.from {
            None => cluster(self.config.clone(), bounds, self.reduced),
            Some(from) => cluster_at(self.config.clone(), bounds, self.reduced, from),
        }
    }

    /// Every bound to be searched, fewest faults first.
    ///
    /// # Errors
    /// The setting that cannot be run.
    fn rising(&self) -> Result<Vec<Bounds>, ConfigError> {
        let patient = self.start(self.bounds)?.site.patient;
        let losses = if patient { 0 } else { self.bounds.losses };
        Ok(Bounds { losses, ..self.bounds }.rising())
    }

    /// Looks at few states, and finds what it finds. Scouts go out with fewest faults first, and again farther and farther:
    /// where nothing breaks without faults, those that look for it are not to use up all the time.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn scout(&self) -> Result<Looked<Option<Way>>, ConfigError> {
        let mut states = 0;
        let rising = self.rising()?;
        for ahead in ROUNDS {
            for bounds in &rising {
                let looked = self.ahead(ahead, *bounds)?;
                states += looked.states;
                if looked.came.is_some() {
                    return Ok(Looked { states, ..looked });
                }
            }
        }
        Ok(Looked { came: None, states })
    }

    fn ahead(&self, ahead: Ahead, bounds: Bounds) -> Result<Looked<Option<Way>>, ConfigError> {
        let start = self.start(bounds)?;
        let (three, most) = match ahead {
            Ahead::Pairs(most) => (false, most),
            Ahead::Threes(most) => (true, most),
            Ahead::Walks(walks) => {
                let wandered = wander(&start, walks, STEPS.min(self.limits.depth as usize));
                let seen = Seen { distinct: wandered.states, generated: wandered.states, depth: 0 };
                let found = |found: Counterexample<Choice>| Way {
                    bounds,
                    choices: found.choices,
                    words: found.words,
                    seen,
                    shortest: false,
                };
                return Ok(Looked { came: wandered.found.map(found), states: wandered.states });
            }
        };
        let limits = Limits { states: self.limits.states.min(most), ..self.limits };
        let mut search = Exploration::scout(vec![start], limits, three);
        search.finish();
        Ok(Looked { came: way(&search, bounds), states: search.seen().distinct })
    }

    /// Looks at all states, beginning with fewest faults, and no further than a way that is known.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn search(&self, known: Option<Way>) -> Result<Looked<Verdict>, ConfigError> {
        let (mut best, mut seen, mut states) = (known, Seen::default(), 0);
        for bounds in self.rising()? {
            let mut limits = self.limits;
            match &best {
                Some(best) if bounds.faults() > best.bounds.faults() => break,
                Some(best) if bounds.faults() == best.bounds.faults() => {
                    // So many levels lead to a way that is shorter by a step.
                    limits.depth = limits.depth.min(u32::try_from(best.choices.len()).unwrap_or(u32::MAX));
                }
                _ => {}
            }
            let mut search = Exploration::new(vec![self.start(bounds)?], limits);
            search.finish();
            seen = search.seen();
            states += seen.distinct;
            match search.outcome() {
                Some(Outcome::Violated(_)) => best = way(&search, bounds),
                Some(Outcome::Stopped(Limit::Depth)) if limits.depth < self.limits.depth => {}
                Some(Outcome::Stopped(limit)) => {
                    let came = best.map_or(Verdict::NotFound(seen, *limit), Verdict::Violated);
                    return Ok(Looked { came, states });
                }
                Some(Outcome::Exhausted) | None => {}
            }
        }
        let shortest = |best| Verdict::Violated(Way { shortest: true, ..best });
        Ok(Looked { came: best.map_or(Verdict::Impossible(seen), shortest), states })
    }
}

fn way<P: Protocol>(search: &Exploration<State<P>>, bounds: Bounds) -> Option<Way> {
    let Some(Outcome::Violated(found)) = search.outcome() else { return None };
    let (choices, words) = (found.choices.clone(), found.words.clone());
    Some(Way { bounds, choices, words, seen: search.seen(), shortest: false })
}
