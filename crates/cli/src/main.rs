//! The binary `lightcone`.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    lightcone_cli::launch(std::env::args_os().skip(1), &mut out, &mut std::io::stderr().lock())
}
