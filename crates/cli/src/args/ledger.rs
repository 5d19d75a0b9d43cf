//! `lightcone ledger`.

use crate::Failure;
use lexopt::{Arg, Parser, ValueExt};

/// What to lay side by side.
pub struct LedgerOptions {
    /// A situation, or a scenario whose requests and faults all get; every situation if nothing is said.
    pub what: Option<String>,
    /// Another seed.
    pub seed: Option<u64>,
}

/// Reads the rest of the command line.
pub fn parse(parser: &mut Parser) -> Result<LedgerOptions, Failure> {
    let mut options = LedgerOptions { what: None, seed: None };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(what) if options.what.is_none() => options.what = Some(what.string()?),
            Arg::Long("seed") => options.seed = Some(parser.value()?.parse()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(options)
}
