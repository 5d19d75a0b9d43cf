//! Many runs on several threads, as if there were one.

use crate::Failure;
use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::channel,
    },
    thread,
};

/// So many runs are given to a thread at once.
const BATCH: u64 = 16;

/// Looks at so many runs with so many threads, and hands on what comes of each in the order of the runs, until nobody
/// wants more.
pub fn in_order<T: Send>(
    jobs: usize,
    runs: u64,
    look: &(impl Fn(u64) -> Result<T, Failure> + Sync),
    each: &mut dyn FnMut(u64, T) -> Result<ControlFlow<()>, Failure>,
) -> Result<(), Failure> {
    let (next, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let batch = |batch: u64| (batch * BATCH..runs.min((batch + 1) * BATCH)).map(look).collect::<Result<Vec<_>, _>>();
    thread::scope(|scope| {
        let (sender, receiver) = channel();
        for _ in 0..jobs {
            let (sender, next, over) = (sender.clone(), &next, &over);
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    if place * BATCH >= runs
                        || over.load(Ordering::Relaxed)
                        || sender.send((place, batch(place))).is_err()
                    {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let (mut waiting, mut turn) = (BTreeMap::new(), 0);
        let mut hand_on = || {
            for (place, found) in &receiver {
                waiting.insert(place, found);
                while let Some(found) = waiting.remove(&turn) {
                    for (run, came) in (turn * BATCH..).zip(found?) {
                        if each(run, came)?.is_break() {
                            return Ok(());
                        }
                    }
                    turn += 1;
                }
            }
            Ok(())
        };
        let handed = hand_on();
        over.store(true, Ordering::Relaxed);
        handed
    })
}
