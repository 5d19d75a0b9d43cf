//! The page in a real browser.
#![cfg(target_arch = "wasm32")]

use std::time::Duration;

use lightcone_web::App;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn the_page_shows_its_heading() {
    // Into an element of its own: Yew empties what it draws into, and the runner reads its report from the body.
    let root = gloo_utils::document().create_element("div").unwrap();
    gloo_utils::body().append_child(&root).unwrap();
    yew::Renderer::<App>::with_root(root.clone()).render();
    yew::platform::time::sleep(Duration::ZERO).await;
    let heading = root.query_selector("h1").unwrap().unwrap();
    assert_eq!(heading.text_content().as_deref(), Some("Lightcone"));
}
