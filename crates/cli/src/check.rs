//! `lightcone check`: whether the guarantees held in a run.

use crate::{
    Failure,
    args::RunOptions,
    find::{Found, find},
    run,
};
use lightcone_catalog::{Lab, explore::words::plural};
use lightcone_core::Micros;
use std::io::Write;

/// Runs a scenario to its end and says what was seen of its guarantees. True if one did not hold that was promised.
pub fn check(options: &RunOptions, out: &mut dyn Write) -> Result<bool, Failure> {
    let Found { scenario, wrong, .. } = find(&options.what)?.with(options.seed, options.until)?;
    if !wrong.is_empty() {
        let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
        return Err(Failure::Input(format!("{}: {}", options.what, wrong.join("; "))));
    }
    let lab = run::computed(scenario)?;
    let (written, known) = (lab.scenario().revision, lab.about().revision);
    if written != known {
        let protocol = &lab.scenario().protocol;
        writeln!(out, "written for revision {written} of {protocol}; this is revision {known}, whose runs may differ")?;
    }
    verdicts(&*lab, out)?;
    Ok(is_broken(&*lab))
}

/// Whether something that was promised did not hold. What rests on an assumption is promised until that is broken.
fn is_broken(lab: &dyn Lab) -> bool {
    let verdicts = lab.verdicts(lab.len(), lab.scenario().run.until);
    let at = |event: usize| lab.run().trace().events[event].at;
    let breach = verdicts.safety.iter().any(|verdict| {
        let void = verdict.void.as_ref().map_or(Micros(u64::MAX), |(since, _)| *since);
        verdict.breach.as_ref().is_some_and(|(event, _)| at(*event) < void)
    });
    let void = lab.run().void_since(lab.scenario().run.until).map_or(Micros(u64::MAX), |(since, _)| since);
    let promised = lab.run().trace().events.iter().take_while(|event| event.at < void).count();
    let anomaly = lab.history(promised).is_some_and(|judged| !judged.holds);
    breach || anomaly || lab.progress().is_stalled()
}

/// What was seen of the guarantees in a finished run, a line for each.
pub fn verdicts(lab: &dyn Lab, out: &mut dyn Write) -> Result<(), Failure> {
    let verdicts = lab.verdicts(lab.len(), lab.scenario().run.until);
    let unseen = format!("not violated in this run of {}", plural(lab.len() as u64, "event"));
    for verdict in verdicts.safety {
        let seen = match (verdict.breach, verdict.void) {
            (Some((event, words)), void) => {
                let void = void.map(|(at, _)| format!(" (void since {at})")).unwrap_or_default();
                format!("VIOLATED by event {event}{void}: {words}")
            }
            (None, Some((at, _))) => format!("void since {at}; {unseen}"),
            (None, None) => unseen.clone(),
        };
        writeln!(out, "{}: {seen}", verdict.name)?;
    }
    for (at, words) in verdicts.assumptions {
        writeln!(out, "assumption broken at {at}: {words}")?;
    }
    if let Some(judged) = lab.history(lab.len()) {
        writeln!(out, "{}", judged.words)?;
    }
    for waiting in verdicts.waiting {
        let client = &lab.participants()[waiting.client.index()].name;
        writeln!(out, "{client} still waits for {}, for {} now", waiting.op, waiting.waited)?;
    }
    for words in lab.progress().words() {
        writeln!(out, "progress {words}")?;
    }
    Ok(())
}
