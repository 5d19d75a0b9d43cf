//! Whatever is asked for and given back, in any order: blocks hold what was written, are aligned and never overlap.

#![allow(unsafe_code, reason = "a test of an allocator")]

use lightcone_alloc::SmallBlocks;
use proptest::prelude::*;
use std::alloc::{GlobalAlloc, Layout, System};

#[derive(Clone, Copy, Debug)]
enum Act {
    Take { size: usize, align: usize },
    Grow { which: usize, size: usize },
    Give { which: usize },
}

fn act() -> impl Strategy<Value = Act> {
    let size = prop_oneof![4 => 1_usize..96, 2 => 97_usize..640, 1 => 641_usize..40_000];
    let align = prop_oneof![6 => Just(8), 2 => Just(16), 1 => Just(1), 1 => Just(64)];
    prop_oneof![
        4 => (size.clone(), align).prop_map(|(size, align)| Act::Take { size, align }),
        2 => (any::<usize>(), size).prop_map(|(which, size)| Act::Grow { which, size }),
        3 => any::<usize>().prop_map(|which| Act::Give { which }),
    ]
}

/// A block that is held, with the byte that it is full of.
struct Held {
    at: *mut u8,
    layout: Layout,
    byte: u8,
}

impl Held {
    fn fill(&self) {
        // SAFETY: the block is as long as its layout.
        unsafe { self.at.write_bytes(self.byte, self.layout.size()) };
    }

    fn is_whole(&self, size: usize) -> bool {
        // SAFETY: the block is as long as its layout, and was filled.
        let bytes = unsafe { std::slice::from_raw_parts(self.at, size.min(self.layout.size())) };
        bytes.iter().all(|byte| *byte == self.byte)
    }
}

fn take(heap: &SmallBlocks<System>, size: usize, align: usize, byte: u8) -> Held {
    let layout = Layout::from_size_align(size, align).expect("a small power of two");
    // SAFETY: the size is not zero.
    let at = unsafe { heap.alloc(layout) };
    assert!(!at.is_null() && at.addr().is_multiple_of(align), "{layout:?} got {at:?}");
    let held = Held { at, layout, byte };
    held.fill();
    held
}

fn grow(heap: &SmallBlocks<System>, held: &mut Held, size: usize) {
    let old = held.layout;
    // SAFETY: the heap gave the block with this layout; the size is not zero.
    held.at = unsafe { heap.realloc(held.at, old, size) };
    held.layout = Layout::from_size_align(size, old.align()).expect("a small power of two");
    assert!(held.at.addr().is_multiple_of(old.align()));
    assert!(held.is_whole(old.size()), "what was in a block goes along when it grows or shrinks");
    held.fill();
}

fn give(heap: &SmallBlocks<System>, held: &Held) {
    assert!(held.is_whole(held.layout.size()), "nobody else wrote into {:?}", held.layout);
    // SAFETY: the heap gave the block with this layout, and it is given back once.
    unsafe { heap.dealloc(held.at, held.layout) };
}

proptest! {
    #[test]
    fn blocks_keep_what_is_in_them(acts in prop::collection::vec(act(), 1..400)) {
        // SAFETY: one thread has it.
        let heap = unsafe { SmallBlocks::new(System) };
        let mut held: Vec<Held> = Vec::new();
        for (step, act) in acts.into_iter().enumerate() {
            match act {
                Act::Take { size, align } => held.push(take(&heap, size, align, step as u8)),
                Act::Grow { which, size } if !held.is_empty() => {
                    let at = which % held.len();
                    grow(&heap, &mut held[at], size);
                }
                Act::Give { which } if !held.is_empty() => give(&heap, &held.swap_remove(which % held.len())),
                Act::Grow { .. } | Act::Give { .. } => {}
            }
        }
        held.iter().for_each(|block| give(&heap, block));
    }
}

#[test]
fn a_block_that_was_given_back_is_taken_again() {
    // SAFETY: one thread has it.
    let heap = unsafe { SmallBlocks::new(System) };
    let first = take(&heap, 40, 8, 1);
    let second = take(&heap, 40, 8, 2);
    give(&heap, &first);
    assert_eq!(take(&heap, 33, 8, 3).at, first.at, "48 bytes serve 33 and 40 alike");
    assert_ne!(take(&heap, 40, 8, 4).at, second.at);
}
