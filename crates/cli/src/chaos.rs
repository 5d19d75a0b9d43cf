//! `lightcone chaos`: a scenario with faults drawn from a seed, as a file that a person can then edit.

use crate::{Failure, args::ChaosOptions, find::find};
use lightcone_catalog::{chaos_settings, file};
use std::io::Write;

/// Prints a scenario with faults drawn for it.
pub fn chaos(options: &ChaosOptions, out: &mut dyn Write) -> Result<(), Failure> {
    let found = find(&options.what)?.with(options.seed, options.until)?;
    if let Some(wrong) = found.wrong.first() {
        return Err(Failure::Input(format!("{}: {wrong}", options.what)));
    }
    let settings = chaos_settings(options.set.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    let mut scenario = found.scenario;
    let lab = lightcone_catalog::open(scenario.clone())?;
    scenario.run.interventions.extend(lab.chaos(&settings, options.faults));
    write!(out, "{}", file::print(&scenario))?;
    Ok(())
}
