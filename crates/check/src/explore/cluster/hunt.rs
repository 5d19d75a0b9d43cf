//! The search for what breaks a cluster: with as few faults as can be, and then in as few steps.
//!
//! How many faults may happen is raised from none. First scouts go out, who look at few states or walk at random, and find
//! most of what there is to find in seconds. What they bring back is a way to break it, and no more. Then everything is searched that has fewer
//! faults, or as many and fewer steps: only if that comes to its end is it said that nothing shorter is there.

use super::{Bounds, Choice, Scouting, Searching, Snapshot, State, cluster, cluster_at};
use crate::explore::{Limit, Limits, Seen};
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
    pub(super) fn rising(&self) -> Result<Vec<Bounds>, ConfigError> {
        let patient = self.start(self.bounds)?.site.patient;
        let losses = if patient { 0 } else { self.bounds.losses };
        Ok(Bounds { losses, ..self.bounds }.rising())
    }

    /// Looks at few states, and finds what it finds.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn scout(&self) -> Result<Looked<Option<Way>>, ConfigError> {
        let mut scouting = Scouting::new(self.clone())?;
        while scouting.advance(1 << 16)? {}
        Ok(Looked { came: scouting.found().cloned(), states: scouting.states() })
    }

    /// Looks at all states, beginning with fewest faults, and no further than a way that is known.
    ///
    /// # Errors
    /// The setting that cannot be run.
    pub fn search(&self, known: Option<Way>) -> Result<Looked<Verdict>, ConfigError> {
        let mut searching = Searching::new(self.clone(), known)?;
        while searching.advance(1 << 16)? {}
        Ok(Looked { came: searching.came(), states: searching.states() })
    }
}
