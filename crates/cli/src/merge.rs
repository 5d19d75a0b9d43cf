//! `lightcone merge`: what the shares of a sweep found, as if it were one.

use crate::{
    Failure,
    args::{MOST_SHARES, seeds as seeds_of},
    sweep::{self, BEYOND},
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, io::Write, ops::Range};

/// A sweep in the making.
#[derive(Default)]
struct Merged {
    /// What was swept, and the file that says so.
    sweep: Option<(Value, String)>,
    /// Its seeds, and how many shares there are.
    seeds: Range<u64>,
    shares: u64,
    /// How many runs each share that is over looked at, and how many of them it wrote a line about.
    shards: BTreeMap<u64, (u64, u64)>,
    /// Each finding once, by seed and what is broken.
    findings: BTreeMap<(u64, String), Value>,
}

/// Writes the findings of all files in the order of seeds, each once, and a line on all of them. Whether there are any of
/// what was promised.
pub fn merge(files: &[String], out: &mut dyn Write) -> Result<bool, Failure> {
    let mut merged = Merged::default();
    for file in files {
        let text = std::fs::read_to_string(file)
            .map_err(|wrong| Failure::Input(format!("{file}: cannot be read: {wrong}")))?;
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            merged.add(line, file).map_err(|wrong| Failure::Input(format!("{file}: line {number}: {wrong}")))?;
        }
    }
    if merged.sweep.is_none() {
        return Err(Failure::Input("no file has the end of a share".into()));
    }
    if let Some((seed, _)) = merged.findings.keys().find(|(seed, _)| !merged.seeds.contains(seed)) {
        let Range { start, end } = merged.seeds;
        return Err(Failure::Input(format!("there is a finding with seed {seed}, which is none of {start}..{end}")));
    }
    for line in merged.findings.values() {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", merged.summary())?;
    let missing = merged.missing();
    match merged.promised().next() {
        Some(_) => Ok(true),
        None if missing.is_empty() => Ok(false),
        None => Err(Failure::Input(format!("nothing was found, but of the shares these are missing: {missing:?}"))),
    }
}

impl Merged {
    fn add(&mut self, line: &str, file: &str) -> Result<(), String> {
        let value: Value = serde_json::from_str(line).map_err(|wrong| wrong.to_string())?;
        match (value["seed"].as_u64(), value["broken"].as_str(), value.get("sweep")) {
            (Some(seed), Some(broken), None) => {
                let known = self.findings.insert((seed, broken.into()), value.clone());
                let other = known.is_some_and(|known| known != value);
                if other { Err(format!("seed {seed} came to something else before")) } else { Ok(()) }
            }
            (None, None, Some(sweep)) => self.over(sweep, &value, file),
            _ => Err("this is neither a finding nor the end of a sweep".into()),
        }
    }

    /// A share is over.
    fn over(&mut self, sweep: &Value, end: &Value, file: &str) -> Result<(), String> {
        let count = |name: &str| end[name].as_u64();
        let (Some(shard), Some(runs), Some(findings), Some(beyond)) =
            (count("shard"), count("runs"), count("findings"), count(BEYOND))
        else {
            return Err("the end of a sweep says which share it was, how many runs, and what was found".into());
        };
        match &self.sweep {
            Some((known, first)) if known != sweep => {
                return Err(format!("this is another sweep than that of {first}"));
            }
            Some(_) => {}
            None => self.sweep = Some((sweep.clone(), file.into())),
        }
        let (shards, seeds) =
            (sweep["shards"].as_u64().unwrap_or_default(), sweep["seeds"].as_str().unwrap_or_default());
        let seeds = seeds_of(seeds)
            .ok()
            .filter(|_| shard < shards && shards <= MOST_SHARES)
            .ok_or("it does not say which share of which seeds it is")?;
        let all = sweep::runs(&seeds, (shard, shards));
        if runs > all || findings.saturating_add(beyond) > runs {
            return Err(format!("{runs} runs with {findings} findings are more than a share of {all}"));
        }
        // Whoever is content with the first finding looks no further.
        let whole = sweep["first"] == true && findings > 0 || runs == all;
        if whole {
            self.shards.insert(shard, (runs, findings + beyond));
        }
        (self.seeds, self.shares) = (seeds, shards);
        Ok(())
    }

    /// How many lines there are about the runs of a share.
    fn lines(&self) -> BTreeMap<u64, u64> {
        let mut lines = BTreeMap::new();
        for (seed, _) in self.findings.keys().filter(|(seed, _)| self.seeds.contains(seed)) {
            *lines.entry((seed - self.seeds.start) % self.shares).or_insert(0) += 1;
        }
        lines
    }

    /// The shares that are not over, or whose findings are not all there.
    fn missing(&self) -> Vec<u64> {
        let lines = self.lines();
        let there = |shard: &u64| lines.get(shard).copied().unwrap_or_default();
        let whole = |shard: &u64| self.shards.get(shard).is_some_and(|(_, told)| *told == there(shard));
        (0..self.shares).filter(|shard| !whole(shard)).collect()
    }

    /// What was found where it was promised.
    fn promised(&self) -> impl Iterator<Item = (&(u64, String), &Value)> {
        self.findings.iter().filter(|(_, finding)| finding.get(BEYOND).is_none())
    }

    fn summary(&self) -> Value {
        let mut broken: BTreeMap<&str, (u64, (u64, u64))> = BTreeMap::new();
        for ((seed, name), finding) in self.promised() {
            let size = (finding["interventions"].as_u64().unwrap_or(u64::MAX), *seed);
            let (count, least) = broken.entry(name).or_insert((0, size));
            *count += 1;
            *least = size.min(*least);
        }
        let row = |(name, (count, (_, seed))): (&str, (u64, (u64, u64)))| {
            (name.to_owned(), json!({ "findings": count, "smallest": { "seed": seed } }))
        };
        let broken: serde_json::Map<String, Value> = broken.into_iter().map(row).collect();
        json!({
            "merged": self.sweep.as_ref().map(|(sweep, _)| sweep),
            "missing": self.missing(),
            "runs": self.shards.values().map(|(runs, _)| runs).sum::<u64>(),
            "findings": self.promised().count(),
            BEYOND: self.findings.len() - self.promised().count(),
            "broken": broken,
        })
    }
}
