//! Parts of the page in a real browser, each by itself.
#![cfg(target_arch = "wasm32")]

use lightcone_web::parts::{BannerBar, BannerProps, Readout, ReadoutProps, Toolbar, ToolbarProps};
use lightcone_web::studio::{Banner, Msg, PageMsg, ReadoutLine, StageMsg, Tool};
use std::{cell::RefCell, rc::Rc, time::Duration};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

/// An element of its own: Yew empties what it draws into, and the runner reads its report from the body.
fn place() -> Element {
    let root = gloo_utils::document().create_element("div").unwrap();
    gloo_utils::body().append_child(&root).unwrap();
    root
}

async fn settle() {
    yew::platform::time::sleep(Duration::from_millis(30)).await;
}

/// A callback and what it was told.
fn listener() -> (Callback<Msg>, Rc<RefCell<Vec<Msg>>>) {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let told = heard.clone();
    (Callback::from(move |msg| told.borrow_mut().push(msg)), heard)
}

fn click(root: &Element, selector: &str) {
    use wasm_bindgen::JsCast;
    root.query_selector(selector).unwrap().expect(selector).unchecked_into::<HtmlElement>().click();
}

#[wasm_bindgen_test]
async fn a_banner_is_an_alert_that_can_be_dismissed() {
    let (send, heard) = listener();
    let root = place();
    let props = yew::props!(BannerProps { banner: Some(Banner::warning("This link is cut short.")), send });
    yew::Renderer::<BannerBar>::with_root_and_props(root.clone(), props).render();
    settle().await;
    let alert = root.query_selector("[role=alert]").unwrap().unwrap();
    assert!(alert.text_content().unwrap().contains("cut short"));
    click(&root, "button");
    settle().await;
    assert_eq!(*heard.borrow(), [Msg::from(PageMsg::Dismiss)]);
}

#[wasm_bindgen_test]
async fn the_readout_tells_sides_apart_without_colour() {
    let root = place();
    let line = |members: &str, able| ReadoutLine { members: members.into(), words: "2 of 5".into(), able: Some(able) };
    let lines = Rc::new(vec![line("n1 n2", false), line("n3 n4 n5", true)]);
    let props = yew::props!(ReadoutProps { lines });
    yew::Renderer::<Readout>::with_root_and_props(root.clone(), props).render();
    settle().await;
    assert_eq!(root.query_selector(".unable b").unwrap().unwrap().text_content().as_deref(), Some("n1 n2"));
    assert_eq!(root.query_selector(".able b").unwrap().unwrap().text_content().as_deref(), Some("n3 n4 n5"));
}

#[wasm_bindgen_test]
async fn tools_are_named_and_tell_which_is_in_hand() {
    let (send, heard) = listener();
    let root = place();
    let props = yew::props!(ToolbarProps {
        network: false,
        tool: Tool::Split,
        across: lightcone_sim::Across::Lost,
        apart: true,
        clients: false,
        moved: false,
        send,
    });
    yew::Renderer::<Toolbar>::with_root_and_props(root.clone(), props).render();
    settle().await;
    let pressed = root.query_selector("[data-testid=tool-split]").unwrap().unwrap();
    assert_eq!(pressed.get_attribute("aria-pressed").as_deref(), Some("true"));
    assert!(root.query_selector("[data-testid=tool-request]").unwrap().is_none(), "there are no clients to ask");
    assert!(root.query_selector("[data-testid=heal]").unwrap().is_some());
    click(&root, "[data-testid=tool-crash]");
    settle().await;
    assert_eq!(*heard.borrow(), [Msg::from(StageMsg::Take(Tool::Crash))]);
}
