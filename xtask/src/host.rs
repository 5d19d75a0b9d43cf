//! What the tests need from the machine besides Rust: Node.js, a Chromium with its driver, and npm packages.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use xshell::cmd;

use crate::Outcome;
use crate::project::Project;

/// A program that the tests need, with where it comes from.
struct Need {
    what: &'static str,
    /// An environment variable that can name it, for when it lies elsewhere.
    variable: Option<&'static str>,
    programs: &'static [&'static str],
    debian: &'static [&'static str],
}

/// What Playwright asks for.
const OLDEST_NODE: u32 = 20;

const NODE: Need = Need { what: "Node.js 20 or later", variable: None, programs: &["node"], debian: &["nodejs"] };
const NPM: Need = Need { what: "npm", variable: None, programs: &["npm"], debian: &["npm"] };
const CHROMIUM: Need = Need {
    what: "Chromium or Chrome",
    variable: Some("CHROMIUM"),
    programs: &[
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
    // Without a font the pictures that failed journeys leave behind show empty boxes.
    debian: &["chromium", "fonts-dejavu-core"],
};
const CHROMEDRIVER: Need = Need {
    what: "ChromeDriver of the same version",
    variable: Some("CHROMEDRIVER"),
    programs: &["chromedriver"],
    debian: &["chromium-driver"],
};

/// The browser and its driver.
pub struct Browser {
    /// The program to start for journeys.
    pub chromium: PathBuf,
    /// The program that wasm-bindgen's test runner starts.
    pub driver: PathBuf,
}

/// Makes sure of everything at once, so that one message names all that is missing.
pub fn ensure_all(project: &Project) -> Outcome {
    ensure(project, &[NODE, NPM, CHROMIUM, CHROMEDRIVER])?;
    ensure_node(project)
}

/// Makes sure of Node.js and of the npm packages, which bring wasm-opt and Playwright.
pub fn ensure_node(project: &Project) -> Outcome {
    ensure(project, &[NODE, NPM])?;
    check_node(project)?;
    let folder = project.browser_tests();
    if packages_are_current(&folder) {
        return Ok(());
    }
    let sh = &project.shell;
    let _folder = sh.push_dir(&folder);
    cmd!(sh, "npm ci --no-audit --no-fund").run()?;
    Ok(())
}

fn check_node(project: &Project) -> Outcome {
    let sh = &project.shell;
    let version = cmd!(sh, "node --version").quiet().read()?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    match major {
        Some(OLDEST_NODE..) => Ok(()),
        _ => Err(format!("Node.js {OLDEST_NODE} or later is needed, and `node` is {version}.").into()),
    }
}

/// Makes sure of a browser and its driver.
pub fn ensure_browser(project: &Project) -> Outcome<Browser> {
    ensure(project, &[CHROMIUM, CHROMEDRIVER])?;
    Ok(Browser { chromium: located(project, &CHROMIUM)?, driver: located(project, &CHROMEDRIVER)? })
}

/// Finds every need; installs the missing ones on Debian for root, and says elsewhere exactly what is missing.
fn ensure(project: &Project, needs: &[Need]) -> Outcome {
    let mut missing = Vec::new();
    for need in needs {
        if locate(project, need)?.is_none() {
            missing.push(need);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    if may_install(project) {
        let packages: Vec<&str> = missing.iter().flat_map(|need| need.debian.iter().copied()).collect();
        return install(project, &packages);
    }
    let lines: Vec<String> = missing.iter().map(|need| describe(need)).collect();
    Err(format!("the tests need programs that were not found:\n{}", lines.join("\n")).into())
}

fn describe(need: &Need) -> String {
    let name_it = need.variable.map(|variable| format!("; {variable} can name it")).unwrap_or_default();
    let (programs, packages) = (need.programs.join(", "), need.debian.join(" "));
    format!("  {}: looked for {programs} on PATH{name_it} (Debian: apt-get install {packages}).", need.what)
}

/// The program that the need's variable names, or the first that is found. A variable that names nothing is a mistake
/// to be told, not to be worked around.
fn locate(project: &Project, need: &Need) -> Outcome<Option<PathBuf>> {
    let named = need.variable.and_then(|name| Some((name, env::var_os(name).filter(|value| !value.is_empty())?)));
    let Some((variable, value)) = named else {
        return Ok(need.programs.iter().find_map(|program| project.find(program)));
    };
    let path = PathBuf::from(value);
    if !path.is_file() {
        return Err(format!("{variable} is set to {}, which is not a file.", path.display()).into());
    }
    Ok(Some(path))
}

/// The program of a need that `ensure` has seen to.
fn located(project: &Project, need: &Need) -> Outcome<PathBuf> {
    locate(project, need)?.ok_or_else(|| format!("{} is not there.", need.what).into())
}

/// Only a person who is root on Debian can be spared the command.
fn may_install(project: &Project) -> bool {
    let sh = &project.shell;
    let root = cmd!(sh, "id -u").quiet().ignore_stderr().read().is_ok_and(|id| id == "0");
    root && project.find("apt-get").is_some() && Path::new("/etc/debian_version").exists()
}

fn install(project: &Project, packages: &[&str]) -> Outcome {
    let sh = &project.shell;
    let _quiet = sh.push_env("DEBIAN_FRONTEND", "noninteractive");
    eprintln!("Installing {} with apt-get.", packages.join(", "));
    cmd!(sh, "apt-get update -qq").run()?;
    cmd!(sh, "apt-get install -y -qq --no-install-recommends {packages...}").run()?;
    Ok(())
}

/// npm leaves a copy of the lock file behind when it is done; it is current unless the lock file is younger.
fn packages_are_current(folder: &Path) -> bool {
    let changed = |file: &str| -> Option<SystemTime> { fs::metadata(folder.join(file)).ok()?.modified().ok() };
    match (changed("package-lock.json"), changed("node_modules/.package-lock.json")) {
        (Some(wanted), Some(installed)) => installed >= wanted,
        _ => false,
    }
}
