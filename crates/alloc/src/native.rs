//! How mimalloc is set, which is the allocator of the programs that are not WebAssembly, and how what they use is counted.

use crate::USED;
use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ffi::{c_int, c_long};
use core::sync::atomic::Ordering::Relaxed;
use libmimalloc_sys::mi_option_set;

/// After how many milliseconds memory that is free is given back to the system. The crate has no name for it.
const PURGE_DELAY: c_int = 15;
/// Never.
const NEVER: c_long = -1;

/// From now on memory that is free is kept for what comes next. A search takes and gives back much memory here and there,
/// level after level: to give it back to the system breaks up large pages and lets each small one be found anew, which took
/// a tenth of a search on two cores.
///
/// # Safety
/// No other thread may run yet: the allocator reads its options without asking who writes them.
pub unsafe fn keep_memory() {
    // SAFETY: the caller promises that nobody reads the option now, and any number may stand in it.
    unsafe { mi_option_set(PURGE_DELAY, NEVER) }
}

/// A thread tells how much it took or gave back when that comes to so many bytes.
const TELL: isize = 64 * 1024;

thread_local! {
    static UNTOLD: Cell<isize> = const { Cell::new(0) };
}

/// An allocator that counts what is in use.
pub struct Counted<A>(pub A);

#[inline]
fn count(bytes: isize) {
    // A thread that ends has nowhere to count, and a block more or less makes no difference.
    let _ = UNTOLD.try_with(|untold| {
        let all = untold.get() + bytes;
        let tells = all.unsigned_abs() >= TELL.unsigned_abs();
        if tells {
            USED.fetch_add(all.cast_unsigned(), Relaxed);
        }
        untold.set(if tells { 0 } else { all });
    });
}

// SAFETY: it does what `A` does, and counts.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Counted<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: as the caller promises.
        unsafe { self.0.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size().cast_signed());
        // SAFETY: as the caller promises.
        unsafe { self.0.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-layout.size().cast_signed());
        // SAFETY: as the caller promises.
        unsafe { self.0.dealloc(block, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size.cast_signed() - layout.size().cast_signed());
        // SAFETY: as the caller promises.
        unsafe { self.0.realloc(block, layout, size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use libmimalloc_sys::mi_option_get;

    #[test]
    fn it_is_the_delay_that_is_set() {
        // SAFETY: no other test of this crate reads or sets options.
        let delay = || unsafe { mi_option_get(PURGE_DELAY) };
        assert_eq!(delay(), 1_000, "mimalloc says so of the delay, and of no other option");
        // SAFETY: as before.
        unsafe { keep_memory() };
        assert_eq!(delay(), NEVER);
    }
}
