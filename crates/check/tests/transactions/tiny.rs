//! Tiny random histories, compared with trying every order.

use crate::{
    oracle::explains,
    store::{Dice, Load, Op, STORES, Tx, run, transactions},
};
use lightcone_check::transactions::{Level, Unsure, Verdict, judge};
use std::ops::Range;

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

/// How often a level was explained, how often not, and how often the judge did not find that or was not sure.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    explained: usize,
    broken: usize,
    open: usize,
    missed: usize,
}

/// Compares all verdicts on so many histories with those of the oracle. A verdict that is sure is right. Where lists are
/// concerned it is open for levels of snapshots only, and where no value was written twice an open one holds: histories so
/// small need no case taken apart.
fn compare(registers: bool, seeds: Range<u64>) -> [Count; 6] {
    let mut counts = [Count::default(); 6];
    for seed in seeds {
        let history = tiny(registers, &mut Dice(seed));
        let report = judge(&transactions(&history, registers));
        let repeated = report.unordered.iter().any(|unordered| unordered.why == Unsure::Repeated);
        for (level, count) in Level::ALL.into_iter().zip(&mut counts) {
            let explained = explains(level, &history, registers);
            *(if explained { &mut count.explained } else { &mut count.broken }) += 1;
            match report.verdict(level) {
                Verdict::Holds => assert!(explained, "{seed} {level:?} does not hold: {history:?}"),
                Verdict::Broken(anomaly) => assert!(!explained, "{seed} {level:?} holds: {anomaly:?} {history:?}"),
                Verdict::Unbroken => {
                    let is_exact = level == Level::ReadCommitted || !registers && !SNAPSHOTS.contains(&level);
                    assert!(repeated || !is_exact && explained, "{seed} {level:?}: {history:?}");
                    count.open += 1;
                    count.missed += usize::from(!explained);
                }
            }
        }
    }
    counts
}

const SNAPSHOTS: [Level; 2] = [Level::SnapshotIsolation, Level::SessionSnapshotIsolation];

#[test]
fn lists_are_judged_as_by_trying_every_order() {
    for (level, count) in Level::ALL.into_iter().zip(compare(false, 0..70_000)) {
        assert!(count.broken > 7_000 && count.explained > 40_000, "{level:?} {count:?}");
        assert!(count.missed * 20 < count.broken && count.open < 700, "{level:?} {count:?}");
    }
}

#[test]
fn registers_are_judged_as_by_trying_every_order() {
    for (level, count) in Level::ALL.into_iter().zip(compare(true, 0..30_000)) {
        assert!(count.broken > 3_000 && count.explained > 15_000, "{level:?} {count:?}");
        assert!(count.missed * 20 < count.broken && count.open < 3_000, "{level:?} {count:?}");
    }
}

/// Up to 5 transactions of a few clients over two registers, which write without reading and read whatever anyone wrote.
fn blind(dice: &mut Dice) -> Vec<Tx> {
    let (count, clients) = (2 + dice.roll(4), 1 + dice.roll(4));
    let mut free = vec![0; clients];
    let mut written = [0, 0];
    let mut history: Vec<Tx> = Vec::new();
    for place in 0..count {
        let client = dice.roll(clients);
        let asked = u32::try_from(3 * place + dice.roll(3)).unwrap().max(free[client]);
        let told = asked + 1 + u32::try_from(dice.roll(6)).unwrap();
        free[client] = told;
        let op = |key: usize, written: &mut [u32; 2], dice: &mut Dice| {
            if dice.roll(5) < 2 {
                written[key] += 1;
                return Op::Put(key, written[key]);
            }
            Op::Get(key, Some(Vec::new()))
        };
        let ops = (0..1 + dice.roll(3)).map(|_| op(dice.roll(2), &mut written, dice)).collect();
        // No two moments are the same.
        let moment = |time: u32| 8 * time + u32::try_from(place).unwrap();
        let (asked, told) = (moment(asked), Some(moment(told)));
        history.push(Tx { process: client as u64, asked, told, committed: true, ops });
    }
    for tx in &mut history {
        let mut seen: [Option<Vec<u32>>; 2] = [None, None];
        for op in &mut tx.ops {
            match op {
                Op::Put(key, value) => seen[*key] = Some(vec![*value]),
                Op::Get(key, saw) => {
                    let any = u32::try_from(dice.roll(written[*key] as usize + 1)).unwrap();
                    let new = seen[*key].get_or_insert_with(|| if any == 0 { Vec::new() } else { vec![any] });
                    *saw = Some(new.clone());
                }
            }
        }
    }
    history
}

#[test]
fn blind_writes_of_registers_are_ordered_where_that_is_forced() {
    let mut counts = [Count::default(); 6];
    for seed in 0..30_000 {
        let history = blind(&mut Dice(seed));
        let report = judge(&transactions(&history, true));
        for (level, count) in Level::ALL.into_iter().zip(&mut counts) {
            let explained = explains(level, &history, true);
            *(if explained { &mut count.explained } else { &mut count.broken }) += 1;
            match report.verdict(level) {
                Verdict::Holds => assert!(explained, "{seed} {level:?} does not hold: {history:?}"),
                Verdict::Broken(anomaly) => assert!(!explained, "{seed} {level:?} holds: {anomaly:?} {history:?}"),
                Verdict::Unbroken => count.missed += usize::from(!explained),
            }
        }
    }
    for (level, count) in Level::ALL.into_iter().zip(counts) {
        assert!(count.broken > 7_000 && count.explained > 10_000, "{level:?} {count:?}");
        // Histories so small need no case taken apart.
        assert_eq!(count.missed, 0, "{level:?} {count:?}");
    }
}
