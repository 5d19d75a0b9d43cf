//! The keys, and what they do. One list serves the listener and the help.

use crate::studio::{
    CausalMsg, ChartMsg, CompareMsg, Dialog, DragMsg, EditMsg, InboxMsg, JudgeMsg, MapMsg, Msg, PageMsg, PenMsg,
    ReadingMsg, RoamMsg, Selected, StageMsg, Studio, TimeMsg, Tool,
};

/// A key that went down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Press {
    /// Its name as the browser says it: ` `, `ArrowLeft`, `z`.
    pub key: String,
    /// Control, or Command.
    pub control: bool,
    /// Shift.
    pub shift: bool,
    /// Alt.
    pub alt: bool,
    /// Where it would be typed: text fields keep all keys, buttons keep space and enter.
    pub place: Place,
}

/// What has the keyboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The page.
    #[default]
    Page,
    /// The diagram: its marks are gone through by arrow keys.
    Diagram,
    /// The diagram of a second run: likewise.
    Beside,
    /// The strip of the whole run, whose frame is moved by keys.
    Map,
    /// A button, a link or something else that is pressed.
    Control,
    /// A field that is written in or has keys of its own.
    Field,
}

/// The keys in words, for the help.
pub const HELP: [(&str, &str); 41] = [
    ("space", "play, pause"),
    (", or ←", "previous event"),
    (". or →", "next event"),
    ("shift ← →", "ten milliseconds back, on"),
    ("Home, End", "start, end of the run"),
    ("+ −", "closer, wider in time"),
    ("[ ]", "slower, faster"),
    ("v s x c r", "tools: select, split, scissors, crash, request"),
    ("h", "heal everything that lasts"),
    ("k", "chaos: faults from a seed"),
    ("e", "search for the shortest way to break it"),
    ("t", "sweep: one setting over many runs; there ← → go from dot to dot, Enter opens one"),
    ("n", "you are the network: time stops, you deliver and fire"),
    ("i", "what if the selection had not happened"),
    ("u w m", "hide: the future, what the node cannot know, what could not have mattered"),
    ("Enter", "select the event at the playhead"),
    ("Shift click, shift Enter", "a second one: the causal chain between the two"),
    ("← → ↑ ↓", "with the diagram in focus: along a lane from mark to mark, and from lane to lane"),
    ("a, shift a", "there: the messages of an event, one after the other; ← → go to their ends"),
    ("Enter", "there: select the mark; Alt ← →, d and Delete act on it, too"),
    ("Enter", "on a node: what can be done to it; ↑ ↓ on its menu"),
    ("Alt ← →", "move what is selected by 1 ms, with shift by 10 ms; Enter keeps it"),
    ("Alt ↑ ↓", "move all of a fault, its start or its end"),
    ("d", "duplicate the selected message"),
    ("Delete", "drop the selected message, remove the selected fault"),
    ("Ctrl Z", "undo an edit"),
    ("Ctrl Shift Z", "redo it"),
    ("/", "search; Enter and shift Enter go to the next and previous place"),
    ("f, shift f", "next, previous place of the search"),
    ("g", "go to the first error of the run"),
    ("p", "two runs at once"),
    ("P", "several protocols side by side, as numbers"),
    ("b", "a bookmark or caption at the playhead"),
    ("o", "time, or causal order"),
    ("j", "draw events and messages on the diagram"),
    ("l", "what the logical clock tells of each event beside the selected one"),
    ("Ctrl wheel", "closer, wider on the diagram"),
    ("Shift wheel", "along the diagram"),
    ("← → ↑ ↓", "with the strip of the whole run in focus: what the diagram shows, earlier, later, wider, closer"),
    ("Esc", "close, let go"),
    ("?", "this list"),
];

/// What a key does, if anything.
pub fn command(press: &Press, studio: &Studio) -> Option<Msg> {
    if press.place == Place::Field {
        return None;
    }
    if let Some(msg) = drag(press, studio) {
        return Some(msg.into());
    }
    if press.alt {
        return None;
    }
    if press.control {
        return control(press);
    }
    // A dialog has its own keys; it closes itself on Escape.
    if studio.dialog.is_some() {
        return None;
    }
    if press.place == Place::Control && matches!(press.key.as_str(), " " | "Enter") {
        return None;
    }
    map(press).or_else(|| roam(press, studio)).or_else(|| time(press)).or_else(|| tool(press, studio))
}

/// What moves what is selected, and what keeps it where it was moved to.
fn drag(press: &Press, studio: &Studio) -> Option<DragMsg> {
    if studio.options.embed || studio.dialog.is_some() {
        return None;
    }
    let by = if press.shift { 10_000 } else { 1_000 };
    match (press.key.as_str(), press.alt) {
        ("ArrowLeft", true) => Some(DragMsg::Nudge(-by)),
        ("ArrowRight", true) => Some(DragMsg::Nudge(by)),
        ("ArrowUp" | "ArrowDown", true) => Some(DragMsg::Part),
        ("Enter", false) if studio.drag.preview().is_some() => Some(DragMsg::Keep),
        _ => None,
    }
}

/// From mark to mark. A click gives the diagram the keyboard, too: until that goes up or down, ← and → stay what they are
/// elsewhere.
fn roam(press: &Press, studio: &Studio) -> Option<Msg> {
    let beside = studio.compare.as_ref().filter(|_| press.place == Place::Beside);
    let roam = beside.map(|compare| &compare.seen.roam).or((press.place == Place::Diagram).then_some(&studio.roam))?;
    let roams = roam.mark.is_some();
    let msg = match (press.key.as_str(), press.shift) {
        ("ArrowLeft", false) if roams => RoamMsg::Along(false),
        ("ArrowRight", false) if roams => RoamMsg::Along(true),
        ("ArrowUp", false) => RoamMsg::Across(false),
        ("ArrowDown", false) => RoamMsg::Across(true),
        ("a", _) => RoamMsg::Around(false),
        ("A", _) => RoamMsg::Around(true),
        ("Enter", second) if roams => RoamMsg::Choose(second),
        _ => return None,
    };
    Some(if beside.is_some() { CompareMsg::Roam(msg).into() } else { msg.into() })
}

/// The frame on the strip of the whole run.
fn map(press: &Press) -> Option<Msg> {
    if press.place != Place::Map {
        return None;
    }
    let step = if press.shift { 1.0 } else { 0.1 };
    let msg: Msg = match press.key.as_str() {
        "ArrowLeft" => ChartMsg::Pan(-step).into(),
        "ArrowRight" => ChartMsg::Pan(step).into(),
        "ArrowUp" => ChartMsg::Zoom(1.25).into(),
        "ArrowDown" => ChartMsg::Zoom(0.8).into(),
        "Home" => MapMsg::Jump(false).into(),
        "End" => MapMsg::Jump(true).into(),
        _ => return None,
    };
    Some(msg)
}

fn control(press: &Press) -> Option<Msg> {
    match (press.key.to_ascii_lowercase().as_str(), press.shift) {
        ("z", false) => Some(EditMsg::Undo.into()),
        ("z", true) | ("y", false) => Some(EditMsg::Redo.into()),
        _ => None,
    }
}

fn time(press: &Press) -> Option<Msg> {
    let msg: Msg = match press.key.as_str() {
        " " => TimeMsg::Toggle.into(),
        "ArrowLeft" if press.shift => TimeMsg::Nudge(-10_000).into(),
        "ArrowRight" if press.shift => TimeMsg::Nudge(10_000).into(),
        "," | "ArrowLeft" => TimeMsg::Previous.into(),
        "." | "ArrowRight" => TimeMsg::Next.into(),
        "Home" => TimeMsg::Seek(lightcone_core::Micros::ZERO).into(),
        "End" => TimeMsg::End.into(),
        "+" | "=" => ChartMsg::Zoom(0.8).into(),
        "-" | "_" => ChartMsg::Zoom(1.25).into(),
        "[" => TimeMsg::Faster(-1).into(),
        "]" => TimeMsg::Faster(1).into(),
        _ => return None,
    };
    Some(msg)
}

fn tool(press: &Press, studio: &Studio) -> Option<Msg> {
    if press.key == "Escape" {
        return Some(PageMsg::Escape.into());
    }
    if studio.options.embed {
        return None;
    }
    if let Some(tool) = Tool::ALL.into_iter().find(|tool| tool.words().1 == press.key) {
        return Some(StageMsg::Take(tool).into());
    }
    match (press.key.as_str(), studio.at_keyboard()) {
        ("Enter", _) => Some(CausalMsg::Take(press.shift).into()),
        ("n", _) => Some(InboxMsg::Toggle.into()),
        ("i", _) => Some(CausalMsg::WhatIf.into()),
        ("u", _) => Some(CausalMsg::Curtain.into()),
        ("w", _) => Some(CausalMsg::Knows.into()),
        ("m", _) => Some(CausalMsg::Narrow.into()),
        ("h", _) => Some(EditMsg::Heal.into()),
        ("/", _) => Some(ReadingMsg::Find.into()),
        ("f", _) => Some(ReadingMsg::Go(false).into()),
        ("F", _) => Some(ReadingMsg::Go(true).into()),
        ("g", _) => Some(JudgeMsg::FirstError.into()),
        ("b", _) => Some(ReadingMsg::Caption.into()),
        ("j", _) => Some(PenMsg::Toggle.into()),
        ("l", _) => Some(ReadingMsg::Claims.into()),
        ("o", _) => Some(ReadingMsg::Causal(!studio.chart.causal).into()),
        ("k", _) => Some(PageMsg::Open(Dialog::Chaos).into()),
        ("e", _) => Some(PageMsg::Open(Dialog::Hunt).into()),
        ("t", _) => Some(PageMsg::Open(Dialog::Sweep).into()),
        ("P", _) => Some(PageMsg::Open(Dialog::Side).into()),
        ("p", _) => Some(PageMsg::Open(Dialog::Compare).into()),
        ("?", _) => Some(PageMsg::Open(Dialog::Help).into()),
        ("Delete" | "Backspace", Selected::Message(message)) => {
            Some(EditMsg::To(message, lightcone_sim::Fault::Drop).into())
        }
        ("d", Selected::Message(message)) => Some(EditMsg::To(message, lightcone_sim::Fault::Duplicate).into()),
        ("Delete" | "Backspace", Selected::Fault(id)) => Some(EditMsg::Remove(id).into()),
        _ => None,
    }
}
