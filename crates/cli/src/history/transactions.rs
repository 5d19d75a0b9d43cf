//! What transactions come to, in the terminal.

use lightcone_check::transactions::{Level, Report, Transaction, Verdict};
use std::io::Write;

/// The level of this name on the command line.
pub fn level(name: &str) -> Option<Level> {
    match name {
        "read-committed" => Some(Level::ReadCommitted),
        "snapshot-isolation" => Some(Level::SnapshotIsolation),
        "session-snapshot-isolation" => Some(Level::SessionSnapshotIsolation),
        "serializable" => Some(Level::Serializability),
        "session-serializable" => Some(Level::SessionSerializability),
        "strict-serializable" => Some(Level::StrictSerializability),
        _ => None,
    }
}

/// Says what was found at a level, and whether it is broken.
pub fn tell(report: &Report, level: Level, history: &[Transaction], out: &mut dyn Write) -> std::io::Result<bool> {
    let verdict = report.verdict(level);
    writeln!(out, "{}: {} transactions", verdict.words(level), history.len())?;
    if let Verdict::Broken(anomaly) = &verdict {
        writeln!(out, "{}", anomaly.words(history))?;
        writeln!(out, "T1 is the transaction that was asked for first.")?;
    }
    // The verdicts on the other levels, the other anomalies, and what is not known.
    for words in report.words(history) {
        writeln!(out, "  {words}")?;
    }
    Ok(matches!(verdict, Verdict::Broken(_)))
}
