//! Jobs as a page has them done.

use lightcone_jobs::{Job, Report};
use serde_json::Value;

/// Goes on to the end in slices of so much, and reports after each: what was told on the way, and at the end.
pub fn finish(wanted: &Value, budget: usize) -> (Vec<Report>, Report) {
    let mut job = Job::new(&wanted.to_string()).expect("it can be done");
    let mut reports = Vec::new();
    loop {
        let more = job.step(budget).expect("it goes on");
        let report: Report = serde_json::from_str(&job.report(1_000)).expect("a report is JSON");
        if !more {
            return (reports, report);
        }
        reports.push(report);
    }
}
