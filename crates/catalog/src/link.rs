//! Links: a scenario in the fragment of an address, `1.…`, so that nothing is sent to a server.
//!
//! After the version comes base64url of a four-byte checksum and the deflated JSON of the scenario and its fingerprint.
//! A history that somebody drew travels in the same way as `h1.…`, with its text in place of JSON.

use crate::{
    Scenario, ScenarioError, Sketch,
    raw::{self, RawScenario},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// The version of links that this build writes.
pub const VERSION: u32 = 1;
/// What comes before the version of a history.
const SKETCH: &str = "h";
/// The version of links to histories that this build writes.
pub const SKETCH_VERSION: u32 = 1;
/// A link never unfolds to more than this many bytes.
const LARGEST: usize = 4 << 20;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    scenario: RawScenario,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
}

/// What stands in the fragment for a scenario, with the fingerprint by which a replay proves itself.
///
/// # Panics
/// Never: every scenario has a text form.
pub fn encode(scenario: &Scenario, fingerprint: Option<u64>) -> String {
    let fingerprint = fingerprint.map(|print| format!("{print:016x}"));
    let payload = Payload { scenario: RawScenario::of(scenario), fingerprint };
    let json = serde_json::to_vec(&payload).expect("every scenario has a text form");
    format!("{VERSION}.{}", pack(&json))
}

/// What stands in the fragment for a history that somebody drew.
pub fn encode_sketch(sketch: &Sketch) -> String {
    format!("{SKETCH}{SKETCH_VERSION}.{}", pack(sketch.to_string().as_bytes()))
}

/// The history in a fragment; none if there is something else in it.
///
/// # Errors
/// What is wrong with the link, or with the history in it.
pub fn decode_sketch(link: &str) -> Option<Result<Sketch, ScenarioError>> {
    let (version, body) = fragment(link).strip_prefix(SKETCH)?.split_once('.')?;
    let version: u32 = version.parse().ok()?;
    Some(match version {
        SKETCH_VERSION => unpack(body).and_then(|text| {
            let text = String::from_utf8(text).map_err(|_| wrong("does not unfold to a history"))?;
            Sketch::parse(&text).map_err(|why| ScenarioError::Link(format!("holds no history: {why}")))
        }),
        _ => Err(other_format(SKETCH, version, SKETCH_VERSION)),
    })
}

/// The fragment of a whole link, or of one without its `#`.
fn fragment(link: &str) -> &str {
    link.rsplit_once('#').map_or(link, |(_, fragment)| fragment).trim()
}

fn wrong(what: &str) -> ScenarioError {
    ScenarioError::Link(what.into())
}

fn other_format(letter: &str, version: u32, read: u32) -> ScenarioError {
    ScenarioError::Link(format!("is of format {letter}{version}, and this build reads format {letter}{read}"))
}

fn pack(bytes: &[u8]) -> String {
    let packed = miniz_oxide::deflate::compress_to_vec(bytes, 9);
    URL_SAFE_NO_PAD.encode([&checksum(&packed)[..], &packed].concat())
}

fn unpack(body: &str) -> Result<Vec<u8>, ScenarioError> {
    let bytes = URL_SAFE_NO_PAD.decode(body).map_err(|_| wrong("is cut short or was changed on its way"))?;
    let (sum, packed) = bytes.split_at_checked(4).ok_or_else(|| wrong("is cut short"))?;
    if sum != checksum(packed) {
        return Err(wrong("is cut short or was changed on its way: its checksum does not match"));
    }
    miniz_oxide::inflate::decompress_to_vec_with_limit(packed, LARGEST)
        .map_err(|_| wrong("does not unfold to a scenario"))
}

fn checksum(bytes: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = xxh3_64(bytes).to_le_bytes();
    [a, b, c, d]
}

/// The scenario and the fingerprint in a fragment, with or without its `#`. What precedes a `#` is ignored, so a whole
/// link may be given.
///
/// # Errors
/// What is wrong with the link, or with the scenario in it.
pub fn decode(link: &str) -> Result<(Scenario, Option<u64>), ScenarioError> {
    let (scenario, fingerprint) = scenario_in(link)?;
    Ok((raw::strictly(scenario.check()?)?, fingerprint))
}

/// What could be read of a link.
pub struct Lenient {
    /// The scenario, without what cannot be.
    pub scenario: Scenario,
    /// The fingerprint, if the scenario is whole: what is left of another need not replay as recorded.
    pub fingerprint: Option<u64>,
    /// What is wrong with each intervention, clock or load that was left out.
    pub wrong: Vec<ScenarioError>,
}

/// The scenario in a fragment, all but the interventions, clocks and loads that cannot be.
///
/// # Errors
/// What is wrong with the link, or makes what is in it no scenario at all.
pub fn decode_lenient(link: &str) -> Result<Lenient, ScenarioError> {
    let (raw, fingerprint) = scenario_in(link)?;
    let (scenario, wrong) = raw.check()?;
    Ok(Lenient { scenario, fingerprint: fingerprint.filter(|_| wrong.is_empty()), wrong })
}

fn scenario_in(link: &str) -> Result<(RawScenario, Option<u64>), ScenarioError> {
    let (version, body) = fragment(link).split_once('.').ok_or_else(|| wrong("is not one of Lightcone's"))?;
    let version: u32 = version.parse().map_err(|_| wrong("is not one of Lightcone's"))?;
    if version != VERSION {
        return Err(other_format("", version, VERSION));
    }
    let payload: Payload = serde_json::from_slice(&unpack(body)?)
        .map_err(|error| ScenarioError::Link(format!("holds what this build does not know: {error}")))?;
    let fingerprint = payload.fingerprint.map(|print| u64::from_str_radix(&print, 16)).transpose();
    let fingerprint = fingerprint.map_err(|_| wrong("has a fingerprint that is not a number"))?;
    Ok((payload.scenario, fingerprint))
}
