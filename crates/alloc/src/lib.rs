//! The allocator of the WebAssembly builds: a free list for each size of small block, before the system's allocator.
//!
//! A step of a run takes and gives back a handful of blocks of some tens of bytes. WebAssembly's own allocator looks for
//! a place among blocks of all sizes each time and merges neighbours, which took a tenth of a step; natively, mimalloc
//! takes a block of the right size off a list. This does the same and no more: blocks that were small stay small, and
//! what is larger goes to the system's allocator.
//!
//! The pages that small blocks are cut from are never given back, as WebAssembly cannot give memory back anyway. So a
//! program holds at most the sum over sizes of the most blocks of that size it ever held at once.
//!
//! Both count what is in use, so that a search can keep within a budget.

#![allow(
    unsafe_code,
    reason = "an allocator hands out raw memory, and its settings are raw too: this crate does nothing else"
)]

#[cfg(not(target_arch = "wasm32"))]
mod native;

#[cfg(not(target_arch = "wasm32"))]
pub use native::{Counted, keep_memory};

use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Sizes are rounded up to multiples of this, and every small block is aligned to it. Bytes.
const GRAIN: usize = 16;
/// The largest small block. Bytes.
const LARGEST: usize = 512;
/// How much is asked of the system at once for small blocks. Bytes.
const PAGE: usize = 16 * 1024;
/// How many sizes of small blocks there are.
const SIZES: usize = LARGEST / GRAIN;

/// How many bytes are in use, as far as anyone counted.
static USED: AtomicUsize = AtomicUsize::new(0);

/// How many bytes of memory the program has asked for and not given back, where its allocator is one of this crate's; else
/// 0. With several threads it may be wrong by a little for each.
pub fn used() -> u64 {
    // A thread that gives back what another took may tell first.
    usize::try_from(USED.load(Relaxed).cast_signed()).unwrap_or(0) as u64
}

/// What a free block holds: the next free one of its size.
struct Free {
    next: *mut Free,
}

/// The lists, and what is left of the page that blocks are cut from.
struct Lists {
    free: [*mut Free; SIZES],
    rest: *mut u8,
    left: usize,
}

/// A list of free blocks for each small size; `S` gives the pages and everything larger.
///
/// It keeps no lock: only a program of one thread may use it, such as WebAssembly without atomics.
pub struct SmallBlocks<S> {
    system: S,
    lists: UnsafeCell<Lists>,
}

// SAFETY: whoever calls `new` promises that one thread alone uses it.
unsafe impl<S: Sync> Sync for SmallBlocks<S> {}

impl<S> SmallBlocks<S> {
    /// Empty lists before `system`.
    ///
    /// # Safety
    /// Only one thread may ever use it.
    pub const unsafe fn new(system: S) -> Self {
        let lists = Lists { free: [ptr::null_mut(); SIZES], rest: ptr::null_mut(), left: 0 };
        SmallBlocks { system, lists: UnsafeCell::new(lists) }
    }
}

/// One thread alone counts, so nobody is between reading and writing.
#[inline]
fn count(bytes: isize) {
    USED.store(USED.load(Relaxed).wrapping_add_signed(bytes), Relaxed);
}

/// The list that a block of this layout belongs to, or none: it is the system's.
#[inline]
fn list_of(layout: Layout) -> Option<usize> {
    let fits = layout.size() <= LARGEST && layout.size() > 0 && layout.align() <= GRAIN;
    fits.then(|| (layout.size() - 1) / GRAIN)
}

impl<S: GlobalAlloc> SmallBlocks<S> {
    /// A block for list `at`, cut from a page.
    #[cold]
    fn cut(&self, at: usize) -> *mut u8 {
        let size = (at + 1) * GRAIN;
        // SAFETY: one thread, and no reference to the lists outlives this block.
        let lists = unsafe { &mut *self.lists.get() };
        if lists.left < size {
            // What is left of the page before serves a smaller size.
            if lists.left > 0 {
                let block = lists.rest.cast::<Free>();
                let of = lists.left / GRAIN - 1;
                // SAFETY: the rest is `left` bytes of a page that nobody else has, aligned to the grain.
                unsafe { block.write(Free { next: lists.free[of] }) };
                lists.free[of] = block;
                lists.left = 0;
            }
            // SAFETY: the layout is not of size zero.
            let page = unsafe { self.system.alloc(Layout::from_size_align_unchecked(PAGE, GRAIN)) };
            if page.is_null() {
                return page;
            }
            (lists.rest, lists.left) = (page, PAGE);
        }
        let block = lists.rest;
        // SAFETY: `size` bytes are left of the page.
        lists.rest = unsafe { block.add(size) };
        lists.left -= size;
        block
    }
}

// SAFETY: a block is in a list or handed out, never both; it is as long as its list says and aligned to the grain. The
// list of a block follows from its layout, which is the same when it comes back.
unsafe impl<S: GlobalAlloc> GlobalAlloc for SmallBlocks<S> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        let Some(at) = list_of(layout) else {
            // SAFETY: as the caller promises.
            return unsafe { self.system.alloc(layout) };
        };
        // SAFETY: one thread, and no reference to the lists outlives this block.
        let head = unsafe { &mut (*self.lists.get()).free[at] };
        if head.is_null() {
            return self.cut(at);
        }
        let block = *head;
        // SAFETY: what is in a list is free and begins with the next one.
        *head = unsafe { (*block).next };
        block.cast()
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        let Some(at) = list_of(layout) else {
            // SAFETY: as the caller promises; the system gave it, since its layout has no list.
            return unsafe { self.system.dealloc(block, layout) };
        };
        // SAFETY: the caller gives the block back; it holds at least a grain. One thread.
        unsafe {
            let head = &mut (*self.lists.get()).free[at];
            let block = block.cast::<Free>();
            block.write(Free { next: *head });
            *head = block;
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises a size that is not zero and does not overflow with this alignment.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        let grown = || count(size.cast_signed() - layout.size().cast_signed());
        match (list_of(layout), list_of(wanted)) {
            (Some(old), Some(new)) if old == new => {
                grown();
                block
            }
            (None, None) => {
                grown();
                // SAFETY: as the caller promises; the system gave it and will hold what it becomes.
                unsafe { self.system.realloc(block, layout, size) }
            }
            // SAFETY: both blocks hold what is copied, and they differ.
            _ => unsafe {
                let new = self.alloc(wanted);
                if !new.is_null() {
                    ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                    self.dealloc(block, layout);
                }
                new
            },
        }
    }
}
