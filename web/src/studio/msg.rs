//! What can happen to the page, and what the page can ask of the browser.

use super::{
    CausalMsg, ChartMsg, CompareMsg, DragMsg, EditMsg, InboxMsg, JudgeMsg, MapMsg, PageMsg, ReadingMsg, RoamMsg,
    Selected, StageMsg, Theme, TimeMsg,
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// To time: play, step, scrub.
    Time(TimeMsg),
    /// On the stage.
    Stage(StageMsg),
    /// On the diagram.
    Chart(ChartMsg),
    /// To what is being dragged on the diagram, by the keyboard.
    Drag(DragMsg),
    /// To the scene: faults, requests, undo.
    Edit(EditMsg),
    /// To the second run.
    Compare(CompareMsg),
    /// To how the run is read: search, captions, what is left out.
    Read(ReadingMsg),
    /// To where the keyboard stands on the diagram.
    Roam(RoamMsg),
    /// To the strip of the whole run.
    Map(MapMsg),
    /// About causality: what is hidden, chains, what if.
    Causal(CausalMsg),
    /// What a person does who is the network.
    Inbox(InboxMsg),
    /// To the judges of the run.
    Judge(JudgeMsg),
    /// To the page around it: dialogs, address, theme.
    Page(PageMsg),
    /// Something was selected.
    Select(Selected),
}

/// Something to be done outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The address is to follow, once no more edits come for a while.
    AddressLater,
    /// The address gets this fragment.
    Address(String),
    /// This goes to the clipboard.
    Copy(String),
    /// The keyboard goes to the element with this test id.
    Focus(String),
    /// The page changes its colours and remembers it.
    Theme(Theme),
}

macro_rules! into_msg {
    ($($part:ident($inner:ty)),*) => {$(
        impl From<$inner> for Msg {
            fn from(msg: $inner) -> Msg {
                Msg::$part(msg)
            }
        }
    )*};
}
into_msg!(
    Time(TimeMsg),
    Stage(StageMsg),
    Chart(ChartMsg),
    Drag(DragMsg),
    Edit(EditMsg),
    Read(ReadingMsg),
    Roam(RoamMsg),
    Map(MapMsg),
    Compare(CompareMsg),
    Causal(CausalMsg),
    Inbox(InboxMsg),
    Judge(JudgeMsg),
    Page(PageMsg),
    Select(Selected)
);
