// What can be done to a node, a link and a message, by their menus, and how it is told and taken away again.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { leaders, pause, play, until } from "../lib/lightcone.mjs";

/** The page, paused a little after the first election. */
async function withLeader(traveller) {
  const page = await traveller.open();
  await pause(page);
  await play(page, "500 ms");
  await until(page, (seen) => leaders(seen).length === 1, "a leader");
  await pause(page);
  return page;
}

/** Opens the menu of a node by key and chooses from one sheet after the other. */
async function choose(page, node, ...items) {
  await page.getByTestId(`node-${node}`).focus();
  await page.keyboard.press("Enter");
  for (const item of items) await page.getByTestId("menu").getByRole("button", { name: item, exact: true }).click();
}

const node = (page, name, words) => page.getByTestId(`node-${name}`).filter({ hasText: words }).waitFor({ state: "attached" });
const done = (page) => page.getByTestId("panel-faults").getByRole("listitem");

journey("a node pauses and goes on, a link is slowed, and one of the two is taken away", async (traveller) => {
  const page = await withLeader(traveller);
  await choose(page, "n2", "Pause");
  await node(page, "n2", /paused/);
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await choose(page, "n2", "Resume");
  await node(page, "n2", /follower|leader|candidate/);
  assert.match(await done(page).first().innerText(), /n2 pauses, until/);

  await choose(page, "n3", "Links…", "To n4…", "Slower by 50ms");
  await done(page).filter({ hasText: "link n3 ↔ n4 slower by 50ms" }).waitFor();
  await page.locator(".diagram .spell.slow").waitFor({ state: "attached" });
  await traveller.assertAccessible();

  await page.getByRole("button", { name: /^Remove: .*n2 pauses/ }).click();
  await page.locator(".diagram .spell.paused").waitFor({ state: "detached" });
  assert.equal(await done(page).count(), 1);
  await page.getByTestId("undo").click();
  assert.equal(await done(page).count(), 2);
});

journey("a message is duplicated and takes longer", async (traveller) => {
  const page = await withLeader(traveller);
  const duplicate = page.getByTestId("duplicate");
  for (let tries = 0; tries < 40 && !(await duplicate.isVisible()); tries += 1) {
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(60);
    const flying = page.locator(".flight.flying .flight-body").last();
    if (await flying.count()) await flying.click({ force: true });
    await page.waitForTimeout(60);
  }
  await duplicate.click();
  await done(page).filter({ hasText: "message duplicated" }).waitFor();
  await page.locator(".diagram .arrow.copy").first().waitFor({ state: "attached" });
  await page.getByTestId("flight").fill("77");
  await page.getByTestId("move").click();
  await done(page).filter({ hasText: "takes 77ms instead" }).waitFor();
});

journey("one liar too many voids what was promised, on a phone", sizes.phone, async (traveller) => {
  const page = await traveller.open();
  await page.getByTestId("protocol").selectOption("bracha");
  await pause(page);
  await choose(page, "n3", "More…", "Byzantine: lies");
  await node(page, "n3", /lies/);
  await page.keyboard.press("End");
  assert.match(await page.getByTestId("void").innerText(), /void since .* ms: 2 of 4 servers are faulty \(n1, n3\)/);
  await page.getByTestId("panel-safety").getByText("void since").first().waitFor();
});

journey("chaos writes faults that can be taken back", async (traveller) => {
  const page = await traveller.open();
  await pause(page);
  await page.getByTestId("chaos").click();
  await page.getByTestId("field-chaos.crashes").fill("30");
  await traveller.assertAccessible();
  await page.getByTestId("unleash").click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  assert.ok((await done(page).count()) > 3);
  await page.getByTestId("undo").click();
  assert.equal(await done(page).count(), 0);
});
