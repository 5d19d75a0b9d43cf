// You are the network: time stops, and a person delivers, copies, drops and fires.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { leaders, pause, servers, share } from "../lib/lightcone.mjs";

/** The page just after its start, with everything held. */
async function held(traveller) {
  const page = await traveller.open();
  await pause(page);
  await page.keyboard.press("Home");
  await page.keyboard.press("n");
  await page.getByTestId("inbox").waitFor();
  return page;
}

const tray = (page, name) => page.getByTestId(`tray-${name}`);
const act = (page, name, verb) => tray(page, name).getByRole("button", { name: new RegExp(`^${verb} `) });

/** Elects n1 by hand: it times out, and two of the others hear of it and answer. */
async function elect(page, press) {
  await press(act(page, "n1", "Fire").first());
  for (const other of ["n2", "n3"]) {
    await press(act(page, other, "Deliver").first());
    await press(act(page, "n1", "Deliver").first());
  }
}

journey("n1 is elected by hand, and the link replays it", async (traveller) => {
  const page = await held(traveller);
  await elect(page, (button) => button.click());
  assert.deepEqual(leaders(await servers(page)).map(({ name }) => name), ["n1"]);
  const drops = await act(page, "n4", "Drop").count();
  await act(page, "n4", "Drop").first().click();
  await page.waitForFunction((count) => document.querySelectorAll('[data-testid="tray-n4"] .danger').length < count, drops);
  await traveller.picture("network");
  const here = await share(page);
  const stranger = await traveller.stranger();
  await stranger.goto(here.link);
  await stranger.locator("main").first().waitFor();
  const there = await share(stranger);
  assert.equal(there.fingerprint, here.fingerprint);
  await page.keyboard.press("Escape");
  await page.getByTestId("leave-network").click();
  await page.getByTestId("inbox").waitFor({ state: "detached" });
});

journey("a copy is delivered, too, and each act is taken back by itself", async (traveller) => {
  const page = await held(traveller);
  await act(page, "n1", "Fire").first().click();
  const waiting = () => act(page, "n2", "Deliver").count();
  const one = await waiting();
  await act(page, "n2", "Copy").first().click();
  await page.waitForFunction((count) => document.querySelectorAll('[data-testid="tray-n2"] li:not(.timer)').length > count, one);
  await act(page, "n2", "Deliver").first().click();
  await act(page, "n2", "Deliver").first().click();
  assert.equal(await waiting(), one - 1);
  for (let taken = 0; taken < 4; taken += 1) await page.keyboard.press("Control+z");
  await page.waitForFunction(() => document.querySelectorAll(".tray li:not(.timer)").length === 0);
});

for (const colorScheme of ["light", "dark"]) {
  journey(`the inboxes keep nobody out in ${colorScheme} colours, and work by keyboard`, { colorScheme }, async (traveller) => {
    const page = await held(traveller);
    await elect(page, (button) => button.press("Enter"));
    assert.equal(leaders(await servers(page)).length, 1);
    await traveller.assertAccessible();
  });
}

journey("the network on a phone", sizes.phone, async (traveller) => {
  const page = await traveller.open();
  await pause(page);
  await page.getByTestId("network").tap();
  await page.getByTestId("inbox").waitFor();
  await elect(page, (button) => button.tap());
  assert.equal(leaders(await servers(page)).length, 1);
  await traveller.picture("network-phone");
});
