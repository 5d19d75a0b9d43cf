//! How mimalloc is set, which is the allocator of the programs that are not WebAssembly.

use core::ffi::{c_int, c_long};
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
