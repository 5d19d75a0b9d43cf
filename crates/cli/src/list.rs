//! `lightcone list`.

use crate::Failure;
use lightcone_catalog::{PROTOCOLS, SCENES};
use std::io::Write;

/// Lists protocols and scenes.
pub fn list(out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "protocols")?;
    for entry in &PROTOCOLS {
        writeln!(out, "  {:<22}{}: {}", entry.about.id, entry.about.title, entry.about.summary)?;
    }
    writeln!(out, "\nscenes")?;
    for scene in &SCENES {
        writeln!(out, "  {:<22}{}", scene.id, scene.scenario().title)?;
    }
    Ok(())
}
