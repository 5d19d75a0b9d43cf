//! The same scenario gives one fingerprint natively, in Chromium, and from the terminal.
//!
//! The recorded ones are in `tests/fingerprints.txt`. A change that changes runs raises the protocol's revision and
//! records them anew: `LIGHTCONE_RECORD=1 cargo test -p lightcone-tests`.

use lightcone_catalog::{PROTOCOLS, SCENES, Scenario, file, link};
use lightcone_tests::{beyond_assumptions, computed};
use wasm_bindgen_test::wasm_bindgen_test;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// What is recorded: every scene, and every protocol under three draws of faults that break its assumptions, too.
fn all() -> impl Iterator<Item = (String, Scenario)> {
    let scenes = SCENES.iter().map(|scene| (scene.id.to_string(), scene.scenario()));
    let chaos = PROTOCOLS.iter().flat_map(|entry| (1..4).map(|seed| (entry.about.id, seed)));
    scenes.chain(chaos.map(|(id, seed)| (format!("{id}/chaos-{seed}"), beyond_assumptions(id, seed))))
}

fn recorded(id: &str) -> u64 {
    let lines = include_str!("../fingerprints.txt").lines();
    let hex = lines.filter_map(|line| line.split_once(' ')).find(|(scene, _)| *scene == id).map(|(_, hex)| hex.trim());
    let hex = hex.unwrap_or_else(|| panic!("no fingerprint is recorded for {id}"));
    u64::from_str_radix(hex, 16).expect("fingerprints are hexadecimal")
}

#[wasm_bindgen_test(unsupported = test)]
fn every_run_has_the_recorded_fingerprint() {
    #[cfg(not(target_arch = "wasm32"))]
    if std::env::var_os("LIGHTCONE_RECORD").is_some() {
        return native::record();
    }
    for (id, scenario) in all() {
        let print = computed(scenario).fingerprint();
        assert_eq!(format!("{print:016x}"), format!("{:016x}", recorded(&id)), "{id}");
    }
}

#[wasm_bindgen_test(unsupported = test)]
fn a_link_and_a_file_replay_what_they_were_made_from() {
    for (id, scenario) in all() {
        let first = computed(scenario);
        let (linked, print) = link::decode(&link::encode(first.scenario(), Some(first.fingerprint()))).expect("a link");
        assert_eq!(&linked, first.scenario());
        assert_eq!(print, Some(computed(linked).fingerprint()), "the link of {id}");
        let written = file::parse(&file::print(first.scenario())).expect("a file");
        assert_eq!(computed(written).fingerprint(), first.fingerprint(), "the file of {id}");
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::*;
    use std::{fs, process::ExitCode};

    pub fn record() {
        let line = |(id, scenario)| format!("{id} {:016x}\n", computed(scenario).fingerprint());
        let lines: String = all().map(line).collect();
        fs::write(lightcone_tests::root().join("tests/fingerprints.txt"), lines).expect("the file can be written");
    }

    #[test]
    fn the_terminal_prints_the_recorded_fingerprint() {
        for scene in &SCENES {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let args = ["run", scene.id, "--fingerprint"].into_iter().map(Into::into);
            let code = lightcone_cli::launch(args, &mut out, &mut err);
            assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::SUCCESS), "{}", String::from_utf8_lossy(&err));
            assert_eq!(String::from_utf8_lossy(&out).trim(), format!("{:016x}", recorded(scene.id)));
        }
    }
}
