//! The command line of `lightcone explore --seeds` and `lightcone merge`.

use super::{HELP, number, setting, time};
use crate::Failure;
use lexopt::{Arg, Parser, ValueExt};
use lightcone_catalog::LARGEST_SEED;
use lightcone_core::Micros;
use std::ops::Range;

/// Which runs to look at, and how to draw their faults.
pub struct SweepOptions {
    /// The seeds.
    pub seeds: Range<u64>,
    /// Of these the share number so, from 0, of so many.
    pub shard: (u64, u64),
    /// Settings of chaos: name and value.
    pub chaos: Vec<(String, String)>,
    /// Another end.
    pub until: Option<Micros>,
    /// Whether what is found is made as small as it can be.
    pub shrunk: bool,
}

/// What an `explore` with seeds was given so far.
#[derive(Default)]
pub(super) struct Given {
    seeds: Option<Range<u64>>,
    shard: Option<(u64, u64)>,
    chaos: Vec<(String, String)>,
    until: Option<Micros>,
    shrunk: bool,
}

impl Given {
    /// Takes an option, if it is one of those that go with seeds.
    pub fn take(&mut self, name: &str, parser: &mut Parser) -> Result<bool, Failure> {
        match name {
            "seeds" => self.seeds = Some(seeds(&parser.value()?.string()?)?),
            "shard" => self.shard = Some(shard(&parser.value()?.string()?)?),
            "chaos" => self.chaos.push(setting(&parser.value()?.string()?)?),
            "until" => self.until = Some(time("--until", &parser.value()?.string()?)?),
            "shrunk" => self.shrunk = true,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What was asked for, if it was a sweep.
    pub fn sweep(self) -> Result<Option<SweepOptions>, Failure> {
        let Given { seeds, shard, chaos, until, shrunk } = self;
        let Some(seeds) = seeds else {
            let stray = shard.is_some() || !chaos.is_empty() || until.is_some() || shrunk;
            let words = "--shard, --chaos, --until and --shrunk go with --seeds, such as --seeds 0..1000";
            return if stray { Err(Failure::Input(words.into())) } else { Ok(None) };
        };
        Ok(Some(SweepOptions { seeds, shard: shard.unwrap_or((0, 1)), chaos, until, shrunk }))
    }
}

/// `0..1000`: the last one is not among them.
pub fn seeds(text: &str) -> Result<Range<u64>, Failure> {
    let range = text.split_once("..").and_then(|(from, to)| Some(from.parse().ok()?..to.parse().ok()?));
    let wrong = || Failure::Input(format!("--seeds: `{text}` is no range: write 0..1000"));
    let seeds = range.filter(|seeds: &Range<u64>| !seeds.is_empty()).ok_or_else(wrong)?;
    if seeds.end - 1 > LARGEST_SEED {
        return Err(Failure::Input(format!("--seeds: {} is more than {LARGEST_SEED}", seeds.end - 1)));
    }
    Ok(seeds)
}

/// So many machines nobody has.
pub const MOST_SHARES: u64 = 1_000_000;

/// `0/4`: the first of four.
fn shard(text: &str) -> Result<(u64, u64), Failure> {
    let parts = text.split_once('/').and_then(|(own, of)| Some((own.parse().ok()?, of.parse().ok()?)));
    let wrong = || Failure::Input(format!("--shard: `{text}` is no share: write 0/4, 1/4, 2/4 or 3/4 for one of four"));
    match parts {
        Some((_, of)) if of > MOST_SHARES => Err(Failure::Input(format!("--shard: {of} is more than {MOST_SHARES}"))),
        parts => parts.filter(|(own, of)| own < of).ok_or_else(wrong),
    }
}

/// The files to be merged.
pub(super) fn merge(parser: &mut Parser) -> Result<Vec<String>, Failure> {
    let mut files = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Value(file) => files.push(file.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if files.is_empty() { Err(Failure::Input(format!("merge what?\n\n{HELP}"))) } else { Ok(files) }
}

/// How many threads are of use.
pub(super) fn jobs(parser: &mut Parser) -> Result<usize, Failure> {
    const MOST: u64 = 256;
    match number("--jobs", &parser.value()?.string()?)? {
        jobs @ 1..=MOST => Ok(jobs as usize),
        jobs => Err(Failure::Input(format!("--jobs: {jobs} is not from 1 to {MOST}"))),
    }
}
