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
    /// Overrides the search.
    variable: &'static str,
    programs: &'static [&'static str],
    debian: &'static [&'static str],
}

const NODE: Need = Need { what: "Node.js 20 or later", variable: "NODE", programs: &["node"], debian: &["nodejs"] };
const NPM: Need = Need { what: "npm", variable: "NPM", programs: &["npm"], debian: &["npm"] };
const CHROMIUM: Need = Need {
    what: "Chromium or Chrome",
    variable: "CHROMIUM",
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
    variable: "CHROMEDRIVER",
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

/// Makes sure of Node.js and of the npm packages, which bring wasm-opt and Playwright.
pub fn ensure_node(project: &Project) -> Outcome {
    ensure(project, &[NODE, NPM])?;
    let folder = project.browser_tests();
    if packages_are_current(&folder) {
        return Ok(());
    }
    let sh = &project.shell;
    let _folder = sh.push_dir(&folder);
    cmd!(sh, "npm ci --no-audit --no-fund").run()?;
    Ok(())
}

/// Makes sure of a browser and its driver.
pub fn ensure_browser(project: &Project) -> Outcome<Browser> {
    ensure(project, &[CHROMIUM, CHROMEDRIVER])?;
    let located = |need: &Need| locate(project, need).ok_or_else(|| format!("{} is not there.", need.what));
    Ok(Browser { chromium: located(&CHROMIUM)?, driver: located(&CHROMEDRIVER)? })
}

/// Finds every need; installs the missing ones on Debian for root, and says elsewhere exactly what is missing.
fn ensure(project: &Project, needs: &[Need]) -> Outcome {
    let missing: Vec<&Need> = needs.iter().filter(|need| locate(project, need).is_none()).collect();
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
    let Need { what, variable, programs, debian } = need;
    format!(
        "  {what}: looked for {} on PATH; {variable} can name it (Debian: apt-get install {}).",
        programs.join(", "),
        debian.join(" ")
    )
}

fn locate(project: &Project, need: &Need) -> Option<PathBuf> {
    match env::var_os(need.variable).filter(|value| !value.is_empty()) {
        Some(named) => Some(PathBuf::from(named)).filter(|path| path.is_file()),
        None => need.programs.iter().find_map(|program| project.find(program)),
    }
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
