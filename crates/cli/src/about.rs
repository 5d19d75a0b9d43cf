//! `lightcone about`.

use crate::Failure;
use lightcone_catalog::{card::card, find};
use std::io::Write;

/// Prints the fidelity card of a protocol.
pub fn about(id: &str, out: &mut dyn Write) -> Result<(), Failure> {
    let entry = find(id)?;
    let about = entry.about;
    writeln!(out, "{} ({}, revision {})\n{}", about.title, about.id, about.revision, about.summary)?;
    for section in card(entry) {
        writeln!(out, "\n{}", section.title)?;
        section.lines.iter().try_for_each(|line| writeln!(out, "  - {line}"))?;
    }
    Ok(())
}
