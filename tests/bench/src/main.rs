//! Measures the figures: natively as a program that prints one JSON object for each, in the browser as functions that
//! a script calls and times.

#![cfg_attr(not(target_arch = "wasm32"), allow(clippy::disallowed_types, reason = "this is the stopwatch"))]

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod page;

// As in the terminal.
#[cfg(not(target_arch = "wasm32"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

// As in the page. SAFETY: the module is compiled without atomics and has one thread.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
#[allow(unsafe_code, reason = "the promise of one thread")]
static ALLOCATOR: lightcone_alloc::SmallBlocks<std::alloc::System> =
    unsafe { lightcone_alloc::SmallBlocks::new(std::alloc::System) };

#[cfg(not(target_arch = "wasm32"))]
#[allow(unsafe_code, reason = "the promise of one thread")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    // SAFETY: no other thread was started yet.
    unsafe { lightcone_alloc::keep_memory() };
    native::main()
}

#[cfg(target_arch = "wasm32")]
fn main() {}
