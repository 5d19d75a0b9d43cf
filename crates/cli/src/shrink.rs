//! `lightcone shrink`: a failing run without what its failure does not need.

use crate::{Failure, args::ShrinkOptions, find::find};
use lightcone_catalog::{
    explore, file,
    shrink::{natural, shrunk},
};
use std::io::Write;

/// Writes a failing scenario as small as it can be.
pub fn shrink(options: &ShrinkOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let found = find(&options.what)?.with(options.seed, options.until)?;
    if let Some(wrong) = found.wrong.first() {
        return Err(Failure::Input(format!("{}: {wrong}", options.what)));
    }
    let scenario = found.scenario;
    let name = explore::first_broken(&scenario)?
        .ok_or_else(|| Failure::Input(format!("{}: nothing is broken in this run", options.what)))?;
    let mut small = shrunk(&scenario, name)?;
    if options.natural && small.run.held {
        small = natural(&small, name)?.unwrap_or(small);
    }
    let text = file::print(&small);
    if options.output == "-" {
        return Ok(out.write_all(text.as_bytes())?);
    }
    let file = &options.output;
    std::fs::write(file, text).map_err(|wrong| Failure::unwritten(file, &wrong))?;
    let (before, after) = (scenario.run.interventions.len(), small.run.interventions.len());
    let (then, now) = (scenario.run.until, small.run.until);
    Ok(writeln!(out, "{name}: {after} interventions of {before}, {now} of {then}, written to {file}")?)
}
