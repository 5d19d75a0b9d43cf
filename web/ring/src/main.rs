//! Starts the page on which members join a ring and leave it.by hand.

// SAFETY: the page is compiled without atomics and has one thread.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
#[allow(unsafe_code, reason = "the promise of one thread")]
static ALLOCATOR: lightcone_alloc::SmallBlocks<std::alloc::System> =
    unsafe { lightcone_alloc::SmallBlocks::new(std::alloc::System) };

fn main() {
    #[cfg(target_arch = "wasm32")]
    lightcone_web::ring::launch();
}
