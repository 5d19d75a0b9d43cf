// Events and messages drawn by hand, timestamps and what they tell, the cut of a snapshot, and what a protocol says of
// itself.

import assert from "node:assert/strict";
import { mouse, scene, terminal, told } from "../lib/drag.mjs";
import { journey, sizes } from "../lib/journey.mjs";
import { painted, pause } from "../lib/lightcone.mjs";

/** Another protocol, standing still. */
async function switchTo(page, protocol) {
  await page.getByTestId("protocol").selectOption(protocol);
  await pause(page);
  await painted(page);
}

/** Processes that do nothing by themselves. */
async function quiet(page) {
  await page.getByTestId("settings").click();
  await page.getByTestId("field-settings.chatter").uncheck();
  await page.getByTestId("apply").click();
  await pause(page);
  await page.locator("svg.diagram .arrow").waitFor({ state: "detached" });
}

/** Where the lane of a process lies, at a share of the diagram's length. */
async function lane(page, name, share) {
  const box = await page.locator(".chart svg.diagram").boundingBox();
  const label = await page.locator("svg.diagram .name").filter({ hasText: name }).boundingBox();
  return { x: box.x + box.width * share, y: label.y + label.height / 2 };
}

journey("a diagram is drawn by hand, and its clocks say what they tell", async (traveller) => {
  const page = await traveller.open();
  await switchTo(page, "lamport");
  await quiet(page);
  await page.getByTestId("pen").click();
  const pointer = mouse(page);
  const line = async (from, to) => {
    await pointer.down(from);
    await pointer.move({ x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 });
    await pointer.move(to);
    await pointer.up();
    await painted(page);
  };
  await line(await lane(page, "n1", 0.2), await lane(page, "n2", 0.4));
  assert.match(await told(page), /2 events are new/);
  await line(await lane(page, "n2", 0.5), await lane(page, "n3", 0.7));
  const tap = await lane(page, "n1", 0.6);
  await line(tap, tap);
  await page.locator("svg.diagram .arrow").nth(1).waitFor({ state: "attached" });
  const { fingerprint, file } = await scene(page);
  assert.equal((file.match(/^\[\[intervention/gm) ?? []).length, 5, file);
  assert.equal(terminal(file), fingerprint);

  const stamps = page.locator("svg.diagram .stamp");
  assert.deepEqual((await stamps.allTextContents()).sort(), ["1", "2", "2", "3", "4"]);
  // What was drawn last is selected: n1 went on, and nobody heard of it. That its clock cannot tell.
  await page.keyboard.press("l");
  await page.locator("svg.diagram .stamp.claim-not-before").first().waitFor({ state: "attached" });
  const claims = (claim) => page.locator(`svg.diagram .stamp.claim-${claim}`).count();
  assert.deepEqual([await claims("not-after"), await claims("concurrent"), await claims("not-before")], [1, 1, 2]);
  assert.match(await page.getByTestId("tells").textContent(), /3 concurrent.*2 after or concurrent/);
  await traveller.picture("drawn-by-hand");
  await page.keyboard.press("j");
  await page.keyboard.press("Control+z");
  await page.waitForFunction(() => document.querySelectorAll("svg.diagram .stamp").length === 4);
});

journey("the cut of a snapshot, and an order in which it is one instant", async (traveller) => {
  const page = await traveller.open();
  await switchTo(page, "snapshot");
  // To the end, so that all of it has happened, and back to where the cut is.
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await page.locator("svg.diagram .slice").first().waitFor({ state: "attached" });
  await page.getByTestId("view").click();
  await page.getByTestId("order-cut-0").check();
  await painted(page);
  const along = await page.locator("svg.diagram .slice").evaluateAll((all) =>
    all.map((one) => {
      const box = one.getBoundingClientRect();
      return { from: box.left, to: box.right };
    }),
  );
  assert.ok(along.length > 1, "the cut is drawn");
  assert.ok(along.every(({ from, to }) => Math.abs(from - along[0].from) < 1 && to - from < 4), JSON.stringify(along));
  await traveller.picture("cut-as-one-instant");
  await page.getByTestId("order-time").check();
});

journey("what a protocol is faithful to is told on a phone, too", sizes.phone, async (traveller) => {
  const page = await traveller.open();
  await page.getByTestId("about").click();
  const card = page.getByTestId("card");
  for (const title of ["Sources", "What is modelled", "What is left out", "Invariants", "Planted mistakes", "Searched to the end"]) {
    await card.locator("h3").filter({ hasText: title }).waitFor();
  }
  assert.match(await card.textContent(), /lightcone explore raft .*: \d+ states/);
  await traveller.assertAccessible();
  await traveller.picture("card-phone");
});
