//! The rules of the house. Each says what it wants and why.
#![cfg(not(target_arch = "wasm32"))]

use lightcone_tests::root;
use std::{
    fs,
    path::{Path, PathBuf},
};
use syn::{spanned::Spanned, visit::Visit};

/// The Rust sources below a folder, by path from the top of the checkout.
fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|wrong| panic!("{}: {wrong}", folder.display())) {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let name = path.strip_prefix(root()).expect("it is below the top").display().to_string();
                found.push((name, fs::read_to_string(&path).expect("a source can be read")));
            }
        }
    }
    found.sort();
    found
}

fn everything() -> Vec<(String, String)> {
    ["crates", "web", "tests/src", "tests/tests", "tests/bench", "xtask"].into_iter().flat_map(sources).collect()
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("tests.rs") || path.contains("/benches/") || path.contains("/examples/")
}

fn none(found: Vec<String>, rule: &str) {
    assert!(found.is_empty(), "{rule}\n  {}", found.join("\n  "));
}

#[test]
fn every_crate_takes_the_lints_of_the_workspace() {
    let lacking = members().into_iter().filter(|member| {
        let manifest = fs::read_to_string(root().join(member).join("Cargo.toml")).expect("a member has a manifest");
        let manifest: toml::Table = manifest.parse().expect("a manifest is TOML");
        manifest.get("lints").and_then(|lints| lints.get("workspace")) != Some(&toml::Value::Boolean(true))
    });
    none(lacking.collect(), "these manifests lack `lints.workspace = true`");
}

/// The folders of all packages: those named in the workspace, and those in `crates/`.
fn members() -> Vec<String> {
    let crates = fs::read_dir(root().join("crates")).expect("crates/ can be read");
    let crates = crates.map(|entry| format!("crates/{}", entry.expect("crates/ can be read").file_name().display()));
    let crates = crates.filter(|path| root().join(path).join("Cargo.toml").exists());
    crates
        .chain(
            ["web", "web/jobs", "web/ring", "web/sandbox", "tests", "tests/bench", "tests/peers", "xtask"]
                .map(String::from),
        )
        .collect()
}

/// Which of our crates each may use, tests apart.
const MAY_USE: [(&str, &[&str]); 11] = [
    ("lightcone-alloc", &[]),
    ("lightcone-core", &[]),
    ("lightcone-sim", &["lightcone-core"]),
    ("lightcone-check", &["lightcone-core", "lightcone-sim"]),
    ("lightcone-diagram", &["lightcone-core", "lightcone-sim"]),
    ("lightcone-catalog", &["lightcone-check", "lightcone-core", "lightcone-sim"]),
    (
        "lightcone-cli",
        &[
            "lightcone-alloc",
            "lightcone-catalog",
            "lightcone-check",
            "lightcone-core",
            "lightcone-diagram",
            "lightcone-sim",
        ],
    ),
    (
        "lightcone-jobs",
        &["lightcone-alloc", "lightcone-catalog", "lightcone-core", "lightcone-diagram", "lightcone-sim"],
    ),
    ("lightcone-ring", &["lightcone-alloc", "lightcone-web"]),
    ("lightcone-sandbox", &["lightcone-alloc", "lightcone-web"]),
    (
        "lightcone-web",
        &["lightcone-alloc", "lightcone-catalog", "lightcone-core", "lightcone-diagram", "lightcone-sim"],
    ),
];
/// What the core may use of others: it knows no clock, no randomness, no network and no page. Hashes place keys.
const CORE_MAY_USE: [&str; 3] = ["md5", "serde", "xxhash-rust"];

#[test]
fn dependencies_point_one_way() {
    let manifest = root().join("Cargo.toml");
    let metadata = cargo_metadata::MetadataCommand::new().manifest_path(manifest).no_deps().exec();
    let mut wrong = Vec::new();
    for package in metadata.expect("cargo can describe the workspace").packages {
        let normal = |dep: &&cargo_metadata::Dependency| dep.kind == cargo_metadata::DependencyKind::Normal;
        let Some((_, may)) = MAY_USE.iter().find(|(name, _)| *name == package.name.as_str()) else { continue };
        for dep in package.dependencies.iter().filter(normal) {
            let ours = dep.name.starts_with("lightcone-");
            let core = package.name.as_str() == "lightcone-core";
            let allowed = if ours { may.contains(&&*dep.name) } else { !core || CORE_MAY_USE.contains(&&*dep.name) };
            if !allowed {
                wrong.push(format!("{} uses {}", package.name, dep.name));
            }
        }
    }
    none(wrong, "arrows of the house that point the wrong way (ARCHITECTURE.md, \"The house\")");
}

#[test]
fn the_engine_names_no_protocol() {
    let mut wrong = Vec::new();
    for place in ["crates/sim/src", "crates/check/src", "crates/diagram/src"] {
        for (path, text) in sources(place) {
            let lower = text.to_lowercase();
            wrong.extend(
                ["raft", "lamport::", "paxos"]
                    .iter()
                    .filter(|id| lower.contains(**id))
                    .map(|id| format!("{path}: {id}")),
            );
        }
    }
    none(wrong, "the catalogue alone names protocols; here stands one");
}

#[test]
fn a_protocol_knows_no_other_protocol() {
    let protocols: Vec<String> = folders("crates/core/src/protocols");
    let mut wrong = Vec::new();
    for one in &protocols {
        for (path, text) in sources(&format!("crates/core/src/protocols/{one}")) {
            let others = protocols.iter().filter(|other| *other != one);
            wrong.extend(others.filter(|o| text.contains(&format!("protocols::{o}"))).map(|o| format!("{path}: {o}")));
        }
    }
    none(wrong, "what two protocols share is a small module of the core");
}

fn folders(place: &str) -> Vec<String> {
    let entries =
        fs::read_dir(root().join(place)).expect("the folder can be read").map(|entry| entry.expect("an entry"));
    entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name().display().to_string()).collect()
}

#[test]
fn one_place_of_the_page_touches_the_browser() {
    let touches =
        |text: &str| ["web_sys::window", "gloo_", "js_sys", "wasm_bindgen::"].iter().any(|word| text.contains(word));
    let wrong =
        sources("web/src").into_iter().filter(|(path, text)| !path.starts_with("web/src/browser/") && touches(text));
    none(wrong.map(|(path, _)| path).collect(), "only web/src/browser touches the browser");
}

/// Types that differ between machines, or from run to run.
const NOT_SAVED: [&str; 7] = ["f32", "f64", "usize", "isize", "HashMap", "HashSet", "Instant"];

struct Fields(Vec<String>);

impl<'ast> Visit<'ast> for Fields {
    fn visit_field(&mut self, field: &'ast syn::Field) {
        let mut idents = Idents(Vec::new());
        idents.visit_type(&field.ty);
        self.0.extend(idents.0.into_iter().filter(|ident| NOT_SAVED.contains(&&**ident)));
    }
}

struct Idents(Vec<String>);

impl<'ast> Visit<'ast> for Idents {
    fn visit_ident(&mut self, ident: &'ast syn::Ident) {
        self.0.push(ident.to_string());
    }
}

#[test]
fn states_and_messages_are_the_same_on_every_machine() {
    let mut wrong = Vec::new();
    for place in ["crates/core/src/protocols", "crates/core/src/services", "crates/core/src/client"] {
        for (path, text) in sources(place).into_iter().filter(|(path, _)| !is_test(path)) {
            let mut fields = Fields(Vec::new());
            fields.visit_file(&syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}")));
            wrong.extend(fields.0.into_iter().map(|found| format!("{path}: a field of type {found}")));
        }
    }
    none(wrong, "no floating point, hash map or usize in a protocol's state or messages");
}

const LONGEST_FILE: usize = 500;
const LONGEST_FUNCTION: usize = 70;

struct Functions(Vec<(String, usize)>);

impl Functions {
    fn note(&mut self, name: &syn::Ident, block: &syn::Block) {
        let span = block.span();
        self.0.push((name.to_string(), span.end().line - span.start().line + 1));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.note(&item.sig.ident, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.note(&item.sig.ident, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }
}

#[test]
fn files_and_functions_are_short() {
    let mut wrong = Vec::new();
    for (path, text) in everything() {
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            wrong.push(format!("{path}: {lines} lines (at most {LONGEST_FILE}: is it two rooms?)"));
        }
        let mut functions = Functions(Vec::new());
        functions.visit_file(&syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}")));
        let long = functions.0.into_iter().filter(|(_, lines)| *lines > LONGEST_FUNCTION);
        wrong
            .extend(long.map(|(name, lines)| format!("{path}: {name} has {lines} lines (at most {LONGEST_FUNCTION})")));
    }
    none(wrong, "whoever reads a file or a function should see it whole");
}

#[test]
fn every_path_in_the_documents_exists() {
    let mut wrong = Vec::new();
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md", "README.md"] {
        let text = fs::read_to_string(root().join(document)).expect("the document can be read");
        let quoted = text.split('`').skip(1).step_by(2);
        let paths = quoted.filter(|words| words.contains('/') && !words.contains([' ', '<', '=', '…', '\n', '*']));
        wrong.extend(paths.filter(|path| !root().join(path).exists()).map(|path| format!("{document}: {path}")));
    }
    none(wrong, "documents name places that are not there");
    let lines = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it can be read").lines().count();
    assert!(lines <= 120, "ARCHITECTURE.md has {lines} lines; people read 120");
}

#[test]
fn dependency_versions_stand_in_one_place() {
    let mut wrong = Vec::new();
    for member in members() {
        let manifest = fs::read_to_string(root().join(&member).join("Cargo.toml")).expect("a member has a manifest");
        let manifest: toml::Table = manifest.parse().expect("a manifest is TOML");
        wrong.extend(versions(&toml::Value::Table(manifest)).into_iter().map(|dep| format!("{member}: {dep}")));
    }
    none(wrong, "versions stand in the workspace's Cargo.toml; a crate says `name.workspace = true`");
}

/// The dependencies of a manifest that name a version or a path of their own.
fn versions(value: &toml::Value) -> Vec<String> {
    let Some(table) = value.as_table() else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in table {
        if !key.ends_with("dependencies") {
            found.extend(versions(value));
            continue;
        }
        let deps = value.as_table().into_iter().flatten();
        let own = |dep: &toml::Value| dep.get("workspace") != Some(&toml::Value::Boolean(true));
        found.extend(deps.filter(|(_, dep)| own(dep)).map(|(name, _)| name.clone()));
    }
    found
}

#[test]
fn ci_runs_the_tests_command() {
    let ci: PathBuf = root().join(".ci/run");
    let text = fs::read_to_string(Path::new(&ci)).expect(".ci/run can be read");
    assert!(text.contains("cargo xtask test"), ".ci/run calls the test command of the README");
}
