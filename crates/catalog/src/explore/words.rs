//! Searches in words.

use super::{Bounds, Limit, Quest, Verdict, Way};
use crate::ScenarioError;

/// What stopped a search: `100,000 states`.
pub fn stopped(limit: Limit, quest: &Quest) -> String {
    match limit {
        Limit::States => plural(quest.limits.states, "state"),
        Limit::Depth => plural(quest.limits.depth.into(), "step"),
        Limit::Bytes => memory(quest.limits.bytes),
    }
}

/// So much memory: `50 MB`.
fn memory(bytes: u64) -> String {
    let of = |unit: u64, name: &str| {
        let tenths = bytes / (unit / 10);
        let tenth = if tenths.is_multiple_of(10) { String::new() } else { format!(".{}", tenths % 10) };
        format!("{}{tenth} {name} of memory", tenths / 10)
    };
    match bytes {
        0..1_000_000 => plural(bytes, "byte") + " of memory",
        1_000_000..1_000_000_000 => of(1_000_000, "MB"),
        _ => of(1_000_000_000, "GB"),
    }
}

/// What was searched: `3 nodes, 1 crash, 2 timeouts`.
///
/// # Errors
/// The setting that cannot be run.
pub fn scope(quest: &Quest, bounds: Bounds) -> Result<String, ScenarioError> {
    let parts = [
        (bounds.crashes, "crash"),
        (bounds.copies, "duplicate"),
        (bounds.lies, "lie"),
        (bounds.timeouts, "timeout"),
        (bounds.requests, "request"),
        (bounds.stimuli, "local event"),
    ];
    let mut words = vec![plural(quest.nodes()? as u64, "node")];
    words.extend(parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| plural((*count).into(), what)));
    if bounds.faults() == 0 {
        words.insert(1, "no faults".into());
    }
    if quest.is_patient() {
        words.push("any number of lost or late messages".into());
    } else {
        words.push(plural(bounds.losses.into(), "loss"));
    }
    words.extend(quest.time()?);
    if let Some((_, at)) = &quest.from {
        words.push(format!("from {at} of a run on"));
    }
    Ok(words.join(", "))
}

/// What a search came to, in a sentence; two where something was found.
///
/// # Errors
/// The setting that cannot be run.
pub fn verdict(quest: &Quest, verdict: &Verdict) -> Result<Vec<String>, ScenarioError> {
    Ok(match verdict {
        Verdict::Impossible(seen) => {
            let (scope, states) = (scope(quest, quest.bounds)?, plural(seen.distinct, "state"));
            vec![format!("Impossible at this scope: {scope}: {states}")]
        }
        Verdict::NotFound(seen, limit) => {
            let (scope, seen) = (scope(quest, quest.bounds)?, plural(seen.distinct, "state"));
            let more = if *limit == Limit::States { "are" } else { "may be" };
            vec![format!("Not found within {}: {scope}: {seen} seen, and there {more} more", stopped(*limit, quest))]
        }
        Verdict::Violated(way) => found(quest, way)?,
    })
}

fn found(quest: &Quest, way: &Way) -> Result<Vec<String>, ScenarioError> {
    let short = if way.shortest {
        "Nothing shorter breaks anything here: all that has fewer faults, or as many and fewer steps, was searched."
    } else {
        "There may be something shorter: not everything was searched."
    };
    Ok(vec![
        format!("Violated: {}", way.words),
        format!("{}: {}", scope(quest, way.bounds)?, plural(way.choices.len() as u64, "step")),
        short.into(),
    ])
}

/// So many of something: `1 crash`, `1,200 steps`.
pub fn plural(count: u64, what: &str) -> String {
    let end = match what {
        _ if count == 1 => "",
        "crash" | "loss" => "es",
        _ => "s",
    };
    format!("{} {what}{end}", grouped(count))
}

/// A number as people read it: `41,210`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}
