//! Pauses that overlap each other and crashes.

use lightcone_core::{
    Micros,
    protocols::lamport::{Config, Lamport},
};
use lightcone_sim::{Disk, Fault, Intervention, Run, Scenario, Until};

/// The events of n1 in a run with these pauses, which crashes at 200 ms and starts again at 300 ms.
fn events(pauses: &[(u64, u64)]) -> Vec<Micros> {
    let mut faults = vec![
        Intervention::at(1, Micros::ms(200), Fault::Crash { node: "n1".into(), disk: Disk::Kept, after: None }),
        Intervention::at(2, Micros::ms(300), Fault::Restart { node: "n1".into() }),
    ];
    faults.extend((3..).zip(pauses).map(|(id, (from, to))| {
        Intervention::at(id, Micros::ms(*from), Fault::Pause { node: "n1".into() }).until(Until::At(Micros::ms(*to)))
    }));
    let scenario = Scenario { interventions: faults, ..Scenario::default() };
    let mut run = Run::new::<Lamport>(Config::default(), scenario).unwrap();
    run.finish();
    run.trace().lanes[0].iter().map(|event| run.trace().events[*event as usize].at).collect()
}

#[test]
fn a_pause_ends_with_the_process_that_it_stopped() {
    let between = |pauses: &[(u64, u64)], from: u64, to: u64| {
        events(pauses).into_iter().filter(|at| *at > Micros::ms(from) && *at < Micros::ms(to)).count()
    };
    assert_eq!(between(&[(100, 1_000)], 100, 200), 0);
    assert!(between(&[(100, 1_000)], 300, 1_000) > 10, "who starts again is not paused");
    assert_eq!(
        between(&[(100, 1_000), (400, 2_000)], 400, 2_000),
        0,
        "the end of the old pause does not end the new one"
    );
    assert_eq!(between(&[(400, 1_000), (600, 2_000)], 400, 2_000), 0, "pauses that overlap combine");
}
