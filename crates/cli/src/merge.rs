//! `lightcone merge`: what the shares of a sweep found, as if it were one.

use crate::Failure;
use serde_json::{Value, json};
use std::{collections::BTreeMap, io::Write};

/// A sweep in the making.
#[derive(Default)]
struct Merged {
    /// What was swept, and the file that says so.
    sweep: Option<(Value, String)>,
    /// How many runs each share that is over looked at.
    shards: BTreeMap<u64, u64>,
    /// Each finding once, by seed and what is broken.
    findings: BTreeMap<(u64, String), Value>,
}

/// Writes the findings of all files in the order of seeds, each once, and a line on all of them. Whether there are any.
pub fn merge(files: &[String], out: &mut dyn Write) -> Result<bool, Failure> {
    let mut merged = Merged::default();
    for file in files {
        let text = std::fs::read_to_string(file)
            .map_err(|wrong| Failure::Input(format!("{file}: cannot be read: {wrong}")))?;
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            merged.add(line, file).map_err(|wrong| Failure::Input(format!("{file}: line {number}: {wrong}")))?;
        }
    }
    for line in merged.findings.values() {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", merged.summary())?;
    Ok(!merged.findings.is_empty())
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
        let (Some(shard), Some(runs)) = (end["shard"].as_u64(), end["runs"].as_u64()) else {
            return Err("the end of a sweep says which share it was and how many runs".into());
        };
        match &self.sweep {
            Some((known, first)) if known != sweep => {
                return Err(format!("this is another sweep than that of {first}"));
            }
            Some(_) => {}
            None => self.sweep = Some((sweep.clone(), file.into())),
        }
        self.shards.insert(shard, runs);
        Ok(())
    }

    fn summary(&self) -> Value {
        let sweep = self.sweep.as_ref().map(|(sweep, _)| sweep);
        let shards = sweep.and_then(|sweep| sweep["shards"].as_u64()).unwrap_or_default();
        let missing: Vec<u64> = (0..shards).filter(|shard| !self.shards.contains_key(shard)).collect();
        let mut broken: BTreeMap<&str, (u64, (u64, u64))> = BTreeMap::new();
        for ((seed, name), finding) in &self.findings {
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
            "merged": sweep,
            "missing": missing,
            "runs": self.shards.values().sum::<u64>(),
            "findings": self.findings.len(),
            "broken": broken,
        })
    }
}
