//! What does not fit a run any more is kept, and the run says why it does nothing.

use lightcone_catalog::{file, open};
use lightcone_core::Micros;
use lightcone_sim::{Disk, Fault, Intervention};

#[test]
fn what_does_not_fit_the_cluster_is_kept_and_said() {
    let mut scenario = file::parse("protocol = \"raft\"\n").expect("it is a scenario");
    let crash = Fault::Crash { node: "n9".into(), disk: Disk::Kept, after: None };
    scenario.run.interventions.push(Intervention::at(1, Micros::ms(5), crash));
    let mut lab = open(scenario.clone()).expect("it can be run");
    while !lab.advance(1_000) {}
    assert_eq!(lab.idle(), [(1, "n9 is not in this cluster".to_string())]);
    assert_eq!(lab.scenario(), &scenario);
}
