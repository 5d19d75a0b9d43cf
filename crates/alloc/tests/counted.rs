//! What is in use is counted, whichever thread takes it or gives it back.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_alloc::{Counted, used};
use std::{alloc::System, thread};

#[global_allocator]
static ALLOCATOR: Counted<System> = Counted(System);

const MB: u64 = 1_000_000;
/// What threads have not told, and what the test harness takes.
const LITTLE: u64 = MB;

#[test]
fn what_is_in_use_is_counted_across_threads() {
    let before = used();
    let large: Vec<Vec<u8>> = thread::spawn(|| (0..1_000).map(|_| vec![1; 100_000]).collect()).join().expect("it does");
    let taken = used() - before;
    assert!(taken.abs_diff(100 * MB) < LITTLE, "{taken} bytes for 1,000 times 100,000");
    let mut small: Vec<Box<u64>> = (0..1_000_000).map(Box::new).collect();
    let both = used() - before;
    assert!(both.abs_diff(116 * MB) < LITTLE, "{both} bytes with a million numbers and where they are");
    small.truncate(1);
    drop(large);
    small.shrink_to_fit();
    assert!(used().abs_diff(before) < LITTLE, "all of it was given back: {} and {before}", used());
}
