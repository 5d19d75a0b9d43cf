//! `lightcone explore --seeds`: many runs of one scenario, each with its own seed and its own faults, and a line for each
//! that breaks a guarantee.

use crate::{
    Failure,
    args::{ExploreOptions, SweepOptions},
    find,
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
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::channel,
    },
    thread,
};

/// So many runs are given to a thread at once.
const BATCH: u64 = 16;

/// Looks at the runs of a share of the seeds, and writes a JSON line for each that breaks something, in the order of seeds,
/// and one on the sweep when it is over; if the first is enough, it is over then. Whether something is broken.
pub fn sweep(options: &ExploreOptions, sweep: &SweepOptions, out: &mut dyn Write) -> Result<bool, Failure> {
    let base = base(options, sweep)?;
    let settings = chaos_settings(sweep.chaos.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    // What is wrong with the scenario is said once, and before anything is looked at.
    lightcone_catalog::open(base.clone())?;
    let (own, of) = sweep.shard;
    let runs = (sweep.seeds.end - sweep.seeds.start + of - 1 - own) / of;
    let seed = |run: u64| sweep.seeds.start + own + run * of;
    let look = |run: u64| finding(&base, &settings, seed(run), sweep.shrunk);
    let (runs, findings) = in_order(options.jobs, runs, options.first, &look, out)?;
    let seeds = format!("{}..{}", sweep.seeds.start, sweep.seeds.end);
    let scenario = file::print(&base);
    let chaos: BTreeMap<&str, &str> = sweep.chaos.iter().map(|(name, value)| (&**name, &**value)).collect();
    let about = json!({ "scenario": scenario, "chaos": chaos, "shrunk": sweep.shrunk, "seeds": seeds, "shards": of });
    writeln!(out, "{}", json!({ "sweep": about, "shard": own, "runs": runs, "findings": findings }))?;
    Ok(findings > 0)
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
    Ok(Some(json!({ "seed": seed, "broken": broken, "interventions": faults, "scenario": file::print(&scenario) })))
}

/// Looks at so many runs with so many threads, or to the first in which something is found, and writes what is found in the
/// order of the runs. How many runs that is, and how much is found.
fn in_order(
    jobs: usize,
    runs: u64,
    first: bool,
    look: &(impl Fn(u64) -> Result<Option<Value>, Failure> + Sync),
    out: &mut dyn Write,
) -> Result<(u64, u64), Failure> {
    let (next, over) = (AtomicU64::new(0), AtomicBool::new(false));
    let batch = |batch: u64| (batch * BATCH..runs.min((batch + 1) * BATCH)).map(look).collect::<Result<Vec<_>, _>>();
    thread::scope(|scope| {
        let (sender, receiver) = channel();
        for _ in 0..jobs {
            let (sender, next, over) = (sender.clone(), &next, &over);
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    if place * BATCH >= runs
                        || over.load(Ordering::Relaxed)
                        || sender.send((place, batch(place))).is_err()
                    {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let (mut waiting, mut turn, mut seen, mut findings) = (BTreeMap::new(), 0, 0, 0);
        let mut write = || {
            for (place, found) in &receiver {
                waiting.insert(place, found);
                while let Some(found) = waiting.remove(&turn) {
                    turn += 1;
                    for found in found? {
                        seen += 1;
                        let Some(line) = found else { continue };
                        findings += 1;
                        writeln!(out, "{line}")?;
                        if first {
                            return Ok((seen, findings));
                        }
                    }
                }
            }
            Ok((seen, findings))
        };
        let written = write();
        over.store(true, Ordering::Relaxed);
        written
    })
}
