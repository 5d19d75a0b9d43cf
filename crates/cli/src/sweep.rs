//! `lightcone explore --seeds`: many runs of one scenario, each with its own seed and its own faults, and a line for each
//! that breaks a guarantee.

use crate::{
    Failure,
    args::{ExploreOptions, SweepOptions},
    find,
    jobs::in_order,
};
use lightcone_catalog::{
    ChaosSettings, PROTOCOLS, Scenario, chaos_settings,
    explore::{self, Quest},
    file,
    shrink::shrunk,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    io::Write,
    ops::{ControlFlow, Range},
};

/// Looks at the runs of a share of the seeds, and writes a JSON line for each that breaks something, in the order of seeds,
/// and one on the sweep when it is over; if the first is enough, it is over then. Whether something is broken that was
/// promised.
pub fn sweep(options: &ExploreOptions, sweep: &SweepOptions, out: &mut dyn Write) -> Result<bool, Failure> {
    let base = base(options, sweep)?;
    let settings = chaos_settings(sweep.chaos.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    // What is wrong with the scenario is said once, and before anything is looked at.
    lightcone_catalog::open(base.clone())?;
    let (own, of) = sweep.shard;
    let runs = runs(&sweep.seeds, sweep.shard);
    let seed = |run: u64| sweep.seeds.start + own + run * of;
    let look = |run: u64| finding(&base, &settings, seed(run), sweep.shrunk);
    let (mut seen, mut findings, mut beyond) = (0, 0, 0);
    in_order(options.jobs, runs, &look, &mut |_, finding: Option<Value>| {
        seen += 1;
        let Some(line) = finding else { return Ok(ControlFlow::Continue(())) };
        writeln!(out, "{line}")?;
        if line.get(BEYOND).is_some() {
            beyond += 1;
            return Ok(ControlFlow::Continue(()));
        }
        findings += 1;
        Ok(if options.first { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    let seeds = format!("{}..{}", sweep.seeds.start, sweep.seeds.end);
    let scenario = file::print(&base);
    let chaos: BTreeMap<&str, &str> = sweep.chaos.iter().map(|(name, value)| (&**name, &**value)).collect();
    let about = json!({
        "scenario": scenario,
        "chaos": chaos,
        "shrunk": sweep.shrunk,
        "first": options.first,
        "seeds": seeds,
        "shards": of,
    });
    writeln!(out, "{}", json!({ "sweep": about, "shard": own, "runs": seen, "findings": findings, BEYOND: beyond }))?;
    Ok(findings > 0)
}

/// What a finding is marked with in which nothing was promised any more, and how many there were.
pub const BEYOND: &str = "beyond";

/// How many of these seeds are the share number so, from 0, of so many.
pub fn runs(seeds: &Range<u64>, (own, of): (u64, u64)) -> u64 {
    (seeds.end - seeds.start).saturating_sub(own).div_ceil(of)
}

/// The scenario that is run again and again.
fn base(options: &ExploreOptions, sweep: &SweepOptions) -> Result<Scenario, Failure> {
    let what = options.protocol.as_deref().unwrap_or_default();
    let found = find::find(what)?.with(None, sweep.until)?;
    if let Some(wrong) = found.wrong.first() {
        return Err(Failure::Input(format!("{what}: {wrong}")));
    }
    let mut scenario = found.scenario;
    let set = options.set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut quest = Quest::new(&scenario.protocol, set)?;
    if let Some(nodes) = options.nodes {
        quest = quest.with_nodes(nodes)?;
    }
    scenario.settings.extend(quest.settings);
    if PROTOCOLS.iter().any(|entry| entry.about.id == what) {
        // It is the protocol that is looked at, not the scene that it opens with.
        scenario.run.interventions.clear();
        scenario.captions.clear();
        scenario.title = format!("{what} under chaos");
    }
    Ok(scenario)
}

/// What is broken in the run of one seed, as a line.
fn finding(base: &Scenario, chaos: &ChaosSettings, seed: u64, small: bool) -> Result<Option<Value>, Failure> {
    let mut scenario = base.clone();
    scenario.run.seed = seed;
    let lab = lightcone_catalog::open(scenario.clone())?;
    scenario.run.interventions.extend(lab.chaos(chaos, seed));
    let Some(broken) = explore::first_broken(&scenario)? else { return Ok(None) };
    let scenario = if small { shrunk(&scenario, broken)? } else { scenario };
    let faults = scenario.run.interventions.len();
    let text = file::print(&scenario);
    let mut line = json!({ "seed": seed, "broken": broken, "interventions": faults, "scenario": text });
    if let Some(words) = explore::beyond(&scenario, broken)? {
        line[BEYOND] = words.into();
    }
    Ok(Some(line))
}
