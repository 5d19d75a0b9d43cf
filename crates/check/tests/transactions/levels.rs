//! Stores of every level: each keeps what it promises, and over many seeds each shows what it does not.

use crate::store::{Dice, Load, STORES, Store, run, transactions};
use lightcone_check::transactions::{Evidence, Kind, Level, Reach, Report, Shape, Verdict, judge};

const LOAD: Load = Load { transactions: 200, clients: 6, ops: 5, keys: 4, registers: false };
const SEEDS: u64 = 24;

fn reports(store: Store, load: Load) -> Vec<Report> {
    (0..SEEDS).map(|seed| judge(&transactions(&run(store, load, &mut Dice(seed)), load.registers))).collect()
}

/// The strongest levels that a store keeps.
fn kept(store: Store) -> Vec<Level> {
    let promised: &[Level] = match store {
        Store::Serializable => &Level::ALL,
        Store::Stale => &[Level::ReadCommitted, Level::SnapshotIsolation, Level::Serializability],
        Store::Snapshot => &[Level::ReadCommitted, Level::SnapshotIsolation, Level::SessionSnapshotIsolation],
        Store::Committed => &[Level::ReadCommitted],
        Store::Dirty => &[],
    };
    promised.to_vec()
}

#[test]
fn a_store_is_not_accused_of_what_it_keeps() {
    for (store, registers) in STORES.into_iter().flat_map(|store| [(store, false), (store, true)]) {
        for (seed, report) in reports(store, Load { registers, ..LOAD }).iter().enumerate() {
            for level in kept(store) {
                let verdict = report.verdict(level);
                assert!(!matches!(verdict, Verdict::Broken(_)), "{store:?} {registers} {seed} {level:?}: {verdict:?}");
            }
        }
    }
}

/// How many of the reports have an anomaly.
fn count(reports: &[Report], kind: Kind) -> usize {
    reports.iter().filter(|report| report.anomaly(kind).is_some()).count()
}

#[test]
fn a_weak_store_shows_its_anomaly() {
    let data = |shape: Shape| Kind::Cycle(shape, Reach::Data);
    let shown = [
        (Store::Stale, vec![Kind::Cycle(Shape::GSingle, Reach::RealTime), Kind::Cycle(Shape::GSingle, Reach::Session)]),
        (Store::Snapshot, vec![data(Shape::G2Item)]),
        (Store::Committed, vec![Kind::UnrepeatableRead, Kind::LostUpdate, data(Shape::GSingle), data(Shape::G2Item)]),
        (
            Store::Dirty,
            vec![Kind::AbortedRead, Kind::IntermediateRead, Kind::DirtyUpdate, data(Shape::G0), data(Shape::G1c)],
        ),
    ];
    for (store, kinds) in shown {
        let reports = reports(store, LOAD);
        for kind in kinds {
            assert!(count(&reports, kind) > reports.len() / 2, "{store:?} {kind:?}: {}", count(&reports, kind));
        }
        assert!(reports.iter().all(|report| {
            let strict = report.verdict(Level::StrictSerializability);
            matches!(strict, Verdict::Broken(_))
        }));
    }
}

#[test]
fn registers_show_lost_updates_and_write_skew_too() {
    let load = Load { registers: true, ..LOAD };
    let committed = reports(Store::Committed, load);
    assert!(count(&committed, Kind::LostUpdate) > 0 && count(&committed, Kind::UnrepeatableRead) > 0);
    let snapshot = reports(Store::Snapshot, load);
    assert!(count(&snapshot, Kind::Cycle(Shape::G2Item, Reach::Data)) > 0);
    assert!(count(&reports(Store::Dirty, load), Kind::AbortedRead) > 0);
}

#[test]
fn lists_leave_no_order_open_and_every_cycle_is_one() {
    for report in STORES.into_iter().flat_map(|store| reports(store, LOAD)) {
        let sure = [Level::ReadCommitted, Level::Serializability, Level::StrictSerializability];
        assert!(sure.iter().all(|level| report.verdict(*level) != Verdict::Unbroken), "{report:?}");
        for anomaly in &report.anomalies {
            let Evidence::Cycle { steps, .. } = &anomaly.evidence else { continue };
            let next = steps.iter().cycle().skip(1);
            assert!(steps.iter().zip(next).all(|(step, next)| step.to == next.from && step.from != step.to));
            let mut met: Vec<usize> = steps.iter().map(|step| step.from).collect();
            met.sort_unstable();
            met.dedup();
            assert_eq!(met.len(), steps.len(), "{anomaly:?}");
        }
    }
}
