//! Tiny random histories, compared with trying every order.

use crate::{
    oracle::explains,
    store::{Dice, Load, Op, STORES, Tx, run, transactions},
};
use lightcone_check::transactions::{Level, Verdict, judge};

/// A history of up to 4 transactions of up to 3 operations, some of whose reads saw something else.
fn tiny(registers: bool, dice: &mut Dice) -> Vec<Tx> {
    let load = Load { transactions: 2 + dice.roll(3), clients: 1 + dice.roll(4), ops: 3, keys: 2, registers };
    let store = STORES[dice.roll(STORES.len())];
    let mut history = run(store, load, dice);
    if dice.roll(2) == 0 {
        twist(&mut history, registers, dice);
    }
    history
}

/// Changes what a read saw, or how a transaction ended, or writes a value again.
fn twist(history: &mut [Tx], registers: bool, dice: &mut Dice) {
    let tx = dice.roll(history.len());
    let op = dice.roll(history[tx].ops.len());
    let values = 1 + dice.roll(5);
    match &mut history[tx].ops[op] {
        Op::Get(_, Some(seen)) => match dice.roll(4) {
            0 => drop(seen.pop()),
            1 if !registers => seen.push(u32::try_from(values).unwrap()),
            2 => seen.reverse(),
            _ => *seen = vec![u32::try_from(values).unwrap()],
        },
        Op::Put(_, value) if dice.roll(20) == 0 => *value = u32::try_from(values).unwrap(),
        _ if dice.roll(2) == 0 => (history[tx].committed, history[tx].told) = (false, None),
        _ => {}
    }
}

/// Compares the verdicts on so many histories with those of the oracle, and returns how often the level was explained, how
/// often not, and how often the judge was not sure.
fn compare(level: Level, registers: bool, seeds: std::ops::Range<u64>) -> [usize; 3] {
    let mut counts = [0; 3];
    for seed in seeds {
        let history = tiny(registers, &mut Dice(seed));
        let explained = explains(level, &history, registers);
        let report = judge(&transactions(&history, registers));
        counts[usize::from(!explained)] += 1;
        match report.verdict(level) {
            Verdict::Holds => assert!(explained, "{seed} {level:?} does not hold: {history:?}"),
            Verdict::Broken(anomaly) => assert!(!explained, "{seed} {level:?} holds: {anomaly:?} {history:?}"),
            Verdict::Unbroken => counts[2] += 1,
        }
    }
    counts
}

#[test]
fn orders_of_lists_are_judged_as_by_trying_all() {
    for (level, first) in Level::ALL.into_iter().filter(|level| *level != Level::SnapshotIsolation).zip(0..) {
        let [explained, not, open] = compare(level, false, first * 100_000..(first + 1) * 100_000);
        println!("{level:?} {explained} {not} {open}");
    }
}
