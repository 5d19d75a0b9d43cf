//! The binary `lightcone`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lightcone_alloc::keep_memory();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    lightcone_cli::launch(std::env::args_os().skip(1), &mut out, &mut std::io::stderr().lock())
}
