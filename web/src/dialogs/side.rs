//! Protocols side by side.

use super::Props;
use crate::browser;
use crate::parts::tell;
use crate::studio::{PageMsg, SideMsg, SideRow};
use lightcone_catalog::side::{COLUMNS, SITUATIONS};
use yew::prelude::*;

/// What stands in the form for the scene that is open.
const OWN: &str = "own";

/// The ledger.
pub fn body(props: &Props) -> Html {
    let side = &props.side;
    let choose = props.send.reform(|event: Event| {
        let id = browser::text(&event);
        SideMsg::Show(SITUATIONS.iter().position(|situation| situation.id == id)).into()
    });
    let words = side.situation.and_then(|place| SITUATIONS.get(place)).map_or(
        "The requests and the faults of the scene that is open, as far as each protocol has them.",
        |situation| situation.words,
    );
    let head = |(name, words): &(&'static str, &'static str)| html! { <th scope="col" title={*words}>{ *name }</th> };
    html! {
        <div class="settings side">
            <label class="side-what">{ "What happens" }
                <select data-testid="side-situation" onchange={choose}>
                    { for SITUATIONS.iter().enumerate().map(|(place, situation)| html! {
                        <option key={situation.id} value={situation.id} selected={side.situation == Some(place)}>{ situation.title }</option>
                    }) }
                    <option value={OWN} selected={side.situation.is_none()}>{ "What the scene that is open says" }</option>
                </select>
            </label>
            <p>{ words }{ " All get the same requests at the same instants; a row opens its run." }</p>
            <div class="scrolls" tabindex="0" role="group" aria-label="What it comes to for clients">
                <table class="numbers" data-testid="side-table">
                    <thead><tr><th scope="col">{ "protocol" }</th>{ for COLUMNS.iter().map(head) }</tr></thead>
                    <tbody>{ for side.rows.iter().enumerate().map(|(place, row)| line(props, place, row)) }</tbody>
                </table>
            </div>
            <dl class="side-words">
                { for COLUMNS.iter().map(|(name, words)| html! { <><dt>{ *name }</dt><dd>{ *words }</dd></> }) }
            </dl>
            <div class="row end">
                <button type="button" onclick={tell(&props.send, PageMsg::Close)}>{ "Close" }</button>
            </div>
        </div>
    }
}

fn line(props: &Props, place: usize, row: &SideRow) -> Html {
    let cells = match &row.cells {
        Ok(cells) => html! { { for cells.iter().map(|cell| html! { <td>{ cell }</td> }) } },
        Err(why) => html! { <td colspan={COLUMNS.len().to_string()}>{ why }</td> },
    };
    html! {
        <tr key={row.name}>
            <th scope="row">
                <button type="button" class="quiet small" data-testid={format!("side-{place}")} disabled={row.cells.is_err()}
                    onclick={tell(&props.send, SideMsg::Pick(place))}>{ row.name }</button>
            </th>
            { cells }
        </tr>
    }
}
