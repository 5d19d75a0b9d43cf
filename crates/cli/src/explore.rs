//! `lightcone explore`: every way that a small cluster can go, and the scenario of one that breaks something.

#![allow(clippy::disallowed_types, reason = "a person at a terminal wants to know how quick a search is")]

use crate::{Failure, args::ExploreOptions, find, sweep};
use lightcone_catalog::{
    Scenario,
    explore::{
        Looked, Quest, Seen, Told, Verdict, beyond, name_of,
        words::{self, grouped, plural, scope, stopped},
    },
    file,
    shrink::{natural, shrunk},
};
use lightcone_core::Micros;
use serde_json::{Value, json};
use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
    time::Instant,
};

/// What came of a search.
struct Finding {
    verdict: Verdict,
    told: Option<Told>,
    /// What was found as a scenario, as small as it can be.
    scenario: Option<Scenario>,
    /// How it leaves what the protocol assumes, if it does.
    beyond: Option<String>,
    /// Whether it has natural timing, if that was asked for.
    natural: Option<bool>,
    /// How many states all searches together looked at.
    states: u64,
    /// How long scouts were out, and all of it.
    seconds: (f64, f64),
}

/// Searches; whether something is violated.
pub fn explore(options: &ExploreOptions, out: &mut dyn Write) -> Result<bool, Failure> {
    if let Some(runs) = &options.sweep {
        return sweep::sweep(options, runs, out);
    }
    let quest = quest(options)?;
    options.output.as_deref().map(try_writing).transpose()?;
    let found = look(options, &quest)?;
    if options.json {
        writeln!(out, "{}", found.json(&quest)?)?
    } else {
        found.text(&quest, out)?
    }
    if let Some(file) = &options.output {
        let written = found.scenario.as_ref().map(|scenario| write_scenario(file, scenario)).transpose()?;
        let words = match written {
            Some(()) => format!("written to {file}: look at it with `lightcone run {file}`"),
            None => format!("nothing is written to {file}"),
        };
        if !options.json {
            writeln!(out, "{words}")?;
        }
    }
    Ok(matches!(found.verdict, Verdict::Violated(_)))
}

fn look(options: &ExploreOptions, quest: &Quest) -> Result<Finding, Failure> {
    let start = Instant::now();
    let scouts = quest.scout()?;
    let scouted = start.elapsed().as_secs_f64();
    let looked = match scouts.came {
        Some(way) if options.first => Looked { came: Verdict::Violated(way), states: 0 },
        known => quest.search(known, options.jobs)?,
    };
    let seconds = (scouted, start.elapsed().as_secs_f64());
    let states = scouts.states + looked.states;
    let (verdict, told, scenario) = (looked.came, None, None);
    let mut found = Finding { verdict, told, scenario, beyond: None, natural: None, states, seconds };
    let Verdict::Violated(way) = &found.verdict else { return Ok(found) };
    let told = quest.tell(way)?;
    if let Some(scenario) = &told.scenario {
        let name = name_of(&way.words);
        let held = shrunk(scenario, name)?;
        let free = if options.natural { natural(&held, name)? } else { None };
        found.natural = options.natural.then_some(free.is_some());
        let scenario = free.unwrap_or(held);
        found.beyond = beyond(&scenario, name)?;
        found.scenario = Some(scenario);
    }
    found.told = Some(told);
    Ok(found)
}

fn quest(options: &ExploreOptions) -> Result<Quest, Failure> {
    let set = options.set.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut quest = match (&options.from, &options.protocol) {
        (Some((what, at)), protocol) => midway(what, *at, protocol.as_deref(), set)?,
        (None, protocol) => Quest::new(protocol.as_deref().unwrap_or_default(), set)?,
    };
    if let Some(nodes) = options.nodes {
        quest = quest.with_nodes(nodes)?;
    }
    quest.limits = options.limits;
    quest.reduced = !options.plain;
    Ok(quest.within(options.bounds)?)
}

/// A search from a moment of a run, with its settings and others in their place.
fn midway<'a>(
    what: &str,
    at: Micros,
    protocol: Option<&str>,
    set: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Quest, Failure> {
    let found = find::find(what)?;
    if let Some(wrong) = found.wrong.first() {
        return Err(Failure::Input(format!("{what}: {wrong}")));
    }
    let mut scenario = found.scenario;
    if let Some(other) = protocol.filter(|protocol| *protocol != scenario.protocol) {
        return Err(Failure::Input(format!("--from: {what} is a run of {}, not of {other}", scenario.protocol)));
    }
    scenario.settings.extend(Quest::new(&scenario.protocol, set)?.settings);
    Ok(Quest::from_moment(scenario, at)?)
}

/// Before a long search: whether what it finds can be written. Nothing is left behind.
fn try_writing(file: &str) -> Result<(), Failure> {
    let is_new = !Path::new(file).exists();
    let opened = OpenOptions::new().append(true).create(is_new).open(file);
    let left = opened.and_then(|_| if is_new { fs::remove_file(file) } else { Ok(()) });
    left.map_err(|wrong| Failure::unwritten(file, &wrong))
}

fn write_scenario(file: &str, scenario: &Scenario) -> Result<(), Failure> {
    fs::write(file, file::print(scenario)).map_err(|wrong| Failure::unwritten(file, &wrong))
}

impl Finding {
    fn seen(&self) -> Seen {
        match &self.verdict {
            Verdict::Impossible(seen) | Verdict::NotFound(seen, _) => *seen,
            Verdict::Violated(way) => way.seen,
        }
    }

    /// How many states it looked at in a second.
    fn rate(&self) -> u64 {
        (self.states as f64 / self.seconds.1.max(0.001)) as u64
    }

    fn text(&self, quest: &Quest, out: &mut dyn Write) -> Result<(), Failure> {
        for line in words::verdict(quest, &self.verdict)? {
            writeln!(out, "{line}")?;
        }
        if let Verdict::Violated(_) = &self.verdict {
            self.way(out)?;
        }
        let seen = self.seen();
        let (states, generated) = (plural(seen.distinct, "unique state"), grouped(seen.generated));
        writeln!(out, "{states}, {generated} generated, depth {}", seen.depth)?;
        let (scouted, all) = self.seconds;
        let (states, rate) = (grouped(self.states), grouped(self.rate()));
        Ok(writeln!(out, "{states} states in all in {all:.2} s, {scouted:.2} s of that scouting: {rate} states/s")?)
    }

    fn way(&self, out: &mut dyn Write) -> Result<(), Failure> {
        let Some(told) = &self.told else { return Ok(()) };
        for (step, words) in (1..).zip(&told.steps) {
            writeln!(out, "{step:>4}. {words}")?;
        }
        if told.scenario.is_none() {
            writeln!(out, "Nothing that was tried goes this way as a run, so there is no scenario of it.")?;
        }
        match self.natural {
            Some(true) => writeln!(out, "It happens with natural timing, too.")?,
            Some(false) => {
                writeln!(out, "With natural timing alone it does not happen: the scenario stays as it was found.")?
            }
            None => {}
        }
        if let Some(words) = &self.beyond {
            writeln!(out, "{words}")?;
        }
        Ok(())
    }

    fn json(&self, quest: &Quest) -> Result<Value, Failure> {
        let seen = self.seen();
        let mut json = json!({
            "protocol": quest.protocol,
            "scope": scope(quest, quest.bounds)?,
            "states": seen.distinct,
            "generated": seen.generated,
            "depth": seen.depth,
            "states_in_all": self.states,
            "scouted": self.seconds.0,
            "seconds": self.seconds.1,
            "states_per_second": self.rate(),
        });
        json["verdict"] = match &self.verdict {
            Verdict::Impossible(_) => json!("impossible"),
            Verdict::NotFound(_, limit) => json!({ "not-found": stopped(*limit, quest) }),
            Verdict::Violated(way) => json!({
                "violated": way.words,
                "within": scope(quest, way.bounds)?,
                "shortest": way.shortest,
                "steps": self.told.as_ref().map(|told| &told.steps),
                "faults": way.bounds.faults(),
                "natural": self.natural,
                "beyond": self.beyond,
                "scenario": self.scenario.as_ref().map(file::print),
            }),
        };
        Ok(json)
    }
}
