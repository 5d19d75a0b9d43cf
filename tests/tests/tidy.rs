//! Rules that hold for the whole checkout.

use std::fs;

use lightcone_tests::root;

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    for member in members() {
        let manifest = fs::read_to_string(root().join(&member).join("Cargo.toml")).expect("a member has a manifest");
        let manifest: toml::Table = manifest.parse().expect("a manifest is TOML");
        let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(inherits, Some(&toml::Value::Boolean(true)), "{member}/Cargo.toml lacks `lints.workspace = true`");
    }
}

/// The folders of all packages: those named in the workspace, and those in `crates/`.
fn members() -> Vec<String> {
    let crates = root().join("crates");
    let mut members: Vec<String> = ["web", "tests", "xtask"].map(String::from).to_vec();
    if crates.is_dir() {
        for entry in fs::read_dir(crates).expect("crates/ can be read") {
            let entry = entry.expect("crates/ can be read");
            if entry.path().join("Cargo.toml").exists() {
                members.push(format!("crates/{}", entry.file_name().display()));
            }
        }
    }
    members
}
