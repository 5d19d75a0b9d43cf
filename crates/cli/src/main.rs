//! The binary `lightcone`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: lightcone_alloc::Counted<mimalloc::MiMalloc> = lightcone_alloc::Counted(mimalloc::MiMalloc);

#[allow(unsafe_code, reason = "the promise of one thread")]
fn main() -> ExitCode {
    // SAFETY: no other thread was started yet.
    unsafe { lightcone_alloc::keep_memory() };
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    lightcone_cli::launch(std::env::args_os().skip(1), &mut out, &mut std::io::stderr().lock())
}
