//! What transactions come to, in the terminal.

use lightcone_check::transactions::{End, Level, Report, Transaction, Verdict};
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
        writeln!(out, "T1 is the transaction that was asked for first. The lines are those of the file.")?;
    }
    // The verdicts on the other levels, the other anomalies, and what is not known.
    for words in report.words_with(history, found) {
        writeln!(out, "  {words}")?;
    }
    Ok(matches!(verdict, Verdict::Broken(_)))
}

/// The lines in which a transaction was asked for and answered.
fn found(transaction: &Transaction) -> String {
    let asked = transaction.asked.at.0;
    match transaction.end {
        End::Committed(told) => format!(" (lines {asked} and {})", told.at.0),
        End::Aborted(told) => format!(" (lines {asked} and {}, failed)", told.at.0),
        End::Unknown => format!(" (line {asked}, open)"),
    }
}
