//! What can happen to the page, and what the page can ask of the browser.

use super::{
    Came, CausalMsg, ChartMsg, CompareMsg, DragMsg, EditMsg, HuntMsg, InboxMsg, JudgeMsg, MapMsg, PageMsg, PenMsg,
    ReadingMsg, RoamMsg, Selected, SideMsg, StageMsg, SweepMsg, Theme, TimeMsg,
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
    /// To what is drawn there by hand.
    Pen(PenMsg),
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
    /// To the search for what breaks this.
    Hunt(HuntMsg),
    /// To one setting over many runs.
    Sweep(SweepMsg),
    /// To protocols side by side.
    Side(SideMsg),
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
    /// The program of long work is told something.
    Job(Whose, Order),
    /// Another page is opened in place of this one.
    Go(String),
    /// The keyboard goes to the element with this test id.
    Focus(String),
    /// The page changes its colours and remembers it.
    Theme(Theme),
}

/// Who has long work done. Each has one task at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The search for what breaks this.
    Search,
    /// One setting over many runs.
    Sweep,
}

impl Whose {
    /// All of them.
    pub const ALL: [Whose; 2] = [Whose::Search, Whose::Sweep];

    /// What came of their work, for them.
    pub fn told(self, came: Came) -> Msg {
        match self {
            Whose::Search => HuntMsg::Came(came).into(),
            Whose::Sweep => SweepMsg::Came(came).into(),
        }
    }
}

/// What the program of long work is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// To begin a task, which is a line of JSON, in place of the present one.
    Begin(String),
    /// To end it. That it has ended comes back.
    Stop,
    /// To let go of everything. Nothing comes back.
    Leave,
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
    Pen(PenMsg),
    Edit(EditMsg),
    Read(ReadingMsg),
    Roam(RoamMsg),
    Map(MapMsg),
    Compare(CompareMsg),
    Causal(CausalMsg),
    Inbox(InboxMsg),
    Judge(JudgeMsg),
    Hunt(HuntMsg),
    Sweep(SweepMsg),
    Side(SideMsg),
    Page(PageMsg),
    Select(Selected)
);
