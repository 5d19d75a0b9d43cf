//! The menu beside a participant or a link of the stage.

use super::{Same, tell};
use crate::browser;
use crate::studio::{Item, MenuView, Msg, PageMsg};
use yew::prelude::*;

/// What the menu needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// What is on it.
    pub menu: Same<MenuView>,
    /// Tells the root.
    pub send: Callback<Msg>,
}

/// The menu: buttons in a column. The arrow keys go through them, Escape closes.
#[component]
pub fn StageMenu(props: &Props) -> Html {
    let Props { menu, send } = props;
    let node = use_node_ref();
    {
        let node = node.clone();
        use_effect_with((menu.at.x as i32, menu.at.y as i32), move |(x, y)| browser::place_at(&node, *x, *y));
    }
    {
        let (node, title) = (node.clone(), menu.title.clone());
        use_effect_with((menu.by_key, title), move |(by_key, _)| {
            if *by_key {
                browser::focus_first(&node);
            }
        });
    }
    let onkeydown = Callback::from(|event: KeyboardEvent| browser::step_focus(&event));
    let item = |(place, item): (usize, &Item)| {
        html! {
            <button key={place} class="quiet small" onclick={tell(send, item.msg.clone())}>{ &item.words }</button>
        }
    };
    html! {
        <div ref={node} class="menu" role="group" aria-label={format!("What to do: {}", menu.title)} data-testid="menu" {onkeydown}>
            <p class="menu-title">{ &menu.title }</p>
            { for menu.items.iter().enumerate().map(item) }
            <button class="heard" onclick={tell(send, PageMsg::Escape)}>{ "Close this menu" }</button>
        </div>
    }
}
