//! The tools of the stage and their options.

use super::{icons, tell};
use crate::studio::{EditMsg, InboxMsg, Msg, StageMsg, Tool};
use lightcone_sim::Across;
use yew::prelude::*;

/// What the toolbar needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The tool in hand.
    pub tool: Tool,
    /// What becomes of messages across.
    pub across: Across,
    /// Whether everything is held, and a person is the network.
    pub network: bool,
    /// Whether something is apart.
    pub apart: bool,
    /// Whether there are clients.
    pub clients: bool,
    /// Whether someone was moved.
    pub moved: bool,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// The tools, what to do with the one in hand, and the button that heals.
#[component]
pub fn Toolbar(props: &Props) -> Html {
    let send = &props.send;
    let button = |tool: Tool| {
        let (name, key, hint) = tool.words();
        let on = tool == props.tool;
        html! {
            <button key={name} class={classes!("tool", on.then_some("on"))} aria-pressed={on.to_string()}
                aria-label={name} title={format!("{name} ({key}): {hint}")} data-testid={format!("tool-{}", name.to_ascii_lowercase())}
                onclick={tell(send, StageMsg::Take(tool))}>
                { icon(tool) }<span class="tool-name">{ name }</span>
            </button>
        }
    };
    let tools = Tool::ALL.into_iter().filter(|tool| *tool != Tool::Request || props.clients);
    let cuts = matches!(props.tool, Tool::Split | Tool::Scissors);
    html! {
        <>
            <div class="tools" role="toolbar" aria-label="Tools" aria-orientation="vertical">
                { for tools.map(button) }
                { network(props) }
            </div>
            <div class="tool-foot">
                <p class="hint">{ props.tool.words().2 }</p>
                <div class="tool-options">
                    if cuts {
                        { across(props) }
                    }
                    if props.apart {
                        <button class="heal" data-testid="heal" onclick={tell(send, EditMsg::Heal)}>{ icons::heal() }{ "Heal" }</button>
                    }
                    if props.moved {
                        <button class="quiet small" data-testid="tidy" onclick={tell(send, StageMsg::Tidy)}>{ "Tidy up" }</button>
                    }
                </div>
            </div>
        </>
    }
}

/// Not a tool, but a way to play: a person is the network.
fn network(props: &Props) -> Html {
    let on = props.network;
    html! {
        <button class={classes!("tool", on.then_some("on"))} aria-pressed={on.to_string()} aria-label="You are the network"
            title="You are the network (n): time stops, and you deliver, copy, drop and fire" data-testid="network"
            onclick={tell(&props.send, InboxMsg::Toggle)}>
            { icons::network() }<span class="tool-name">{ "Network" }</span>
        </button>
    }
}

fn across(props: &Props) -> Html {
    let choice = |across: Across, name: &'static str| {
        let on = props.across == across;
        html! {
            <button class={classes!("segment", on.then_some("on"))} aria-pressed={on.to_string()} data-testid={format!("across-{name}")}
                onclick={tell(&props.send, EditMsg::Across(across))}>{ name }</button>
        }
    };
    html! {
        <div class="segments" role="group" aria-label="Messages across are">
            <span>{ "messages across" }</span>
            { choice(Across::Lost, "lost") }
            { choice(Across::Held, "held") }
        </div>
    }
}

fn icon(tool: Tool) -> Html {
    match tool {
        Tool::Select => icons::select(),
        Tool::Split => icons::split(),
        Tool::Scissors => icons::scissors(),
        Tool::Crash => icons::crash(),
        Tool::Request => icons::request(),
    }
}
