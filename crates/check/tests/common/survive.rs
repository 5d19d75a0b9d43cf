//! Many runs of which each has to be clean.

use lightcone_check::{Limits, Progress, Report, ServiceOf, judge};
use lightcone_core::Protocol;
use lightcone_sim::{Run, trace::Premise};
use std::ops::Range;

/// Judges the run of each seed: nothing is broken, and nothing that was assumed, apart from how long things take. Tells in
/// how many progress was due, and was made.
pub fn survive<P: Protocol>(seeds: Range<u64>, run: impl Fn(u64) -> Run, mut count: impl FnMut(&Run)) -> usize {
    survive_within::<P>(seeds, Limits::default(), run, |run, _| count(run))
}

/// The same with limits of its own. What comes of each run is handed on with what was judged of it.
pub fn survive_within<P: Protocol>(
    seeds: Range<u64>,
    limits: Limits,
    run: impl Fn(u64) -> Run,
    mut count: impl FnMut(&Run, &Report<ServiceOf<P>>),
) -> usize {
    let mut due = 0;
    for seed in seeds {
        let run = run(seed);
        let report = judge::<P>(&run, limits);
        let words = report.words(run.setup().specs());
        assert!(report.is_clean(), "seed {seed}: {words:#?}\n{:#?}", run.scenario().interventions);
        let voids: Vec<_> = run.trace().violations.iter().filter(|one| one.premise != Premise::Timing).collect();
        assert!(voids.is_empty(), "seed {seed}: {voids:?}");
        due += usize::from(matches!(report.progress, Progress::Made { .. }));
        count(&run, &report);
    }
    due
}
