// Reading a long run: search, what is left out, causal order, captions.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { painted, pause } from "../lib/lightcone.mjs";

async function time(page) {
  await painted(page);
  return Number.parseFloat(await page.getByTestId("time").locator("b").innerText());
}

const found = (page, words) => page.getByTestId("found").filter({ hasText: words }).waitFor();

/** The page, standing still at its start. */
async function still(traveller) {
  const page = await traveller.open();
  await pause(page);
  await page.keyboard.press("Home");
  return page;
}

journey("a search leads from place to place and says what it cannot read", async (traveller) => {
  const page = await still(traveller);
  await page.keyboard.press("/");
  await page.keyboard.type("RequestVote");
  await found(page, /^\d+ found$/);
  const all = Number.parseInt(await page.getByTestId("found").innerText(), 10);
  assert.ok(all > 1);
  assert.ok((await page.locator(".diagram .found").count()) > 1, "the places are marked on the diagram");
  await page.keyboard.press("Enter");
  await found(page, `1 of ${all}`);
  const first = await time(page);
  await page.getByTestId("found-next").click();
  await found(page, `2 of ${all}`);
  assert.ok((await time(page)) >= first);
  await page.getByTestId("found-previous").click();
  await found(page, `1 of ${all}`);
  assert.equal(await time(page), first);
  await page.getByTestId("search").fill("role = leader");
  await found(page, /^1 found$/);
  await page.getByTestId("search").press("Enter");
  await page.getByTestId("panel-why").getByText(/it leads term/).first().waitFor();
  await page.getByTestId("search").fill("n2 -> n77");
  await found(page, "nobody in this run is called `n77`");
  await page.getByTestId("search").fill("term =");
  await found(page, "nothing stands after `=`");
  await traveller.assertAccessible();
});

journey("kinds and lanes are left out and come back", async (traveller) => {
  const page = await still(traveller);
  const lanes = page.locator(".diagram .name");
  const before = await lanes.count();
  await page.getByTestId("view").click();
  const panel = page.getByTestId("view-panel");
  await panel.getByRole("checkbox", { name: "n3", exact: true }).uncheck();
  assert.equal(await lanes.count(), before - 1);
  const votes = page.locator(".diagram .flavour-ask");
  assert.ok((await votes.count()) > 0);
  await panel.getByRole("checkbox", { name: "RequestVote", exact: true }).uncheck();
  assert.equal(await votes.count(), 0);
  await traveller.assertAccessible();
  await page.getByTestId("show-all").click();
  assert.equal(await lanes.count(), before);
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
});

/** The diagram as it is painted once no piece of its crowd is stretched. */
async function rested(page) {
  const pieces = 'svg.diagram > svg > g[transform]';
  await page.waitForFunction((all) => document.querySelector(all) && !document.querySelector(`${all}[transform*=scale]`), pieces);
  await painted(page);
  return page.locator(".chart-frame > svg").innerHTML();
}

journey("a crowd is whole while its window moves, and then is painted as if it were painted anew", async (traveller) => {
  const page = await still(traveller);
  await page.getByTestId("settings").click();
  await page.getByTestId("field-until").fill("20s");
  await page.getByTestId("field-settings.clients").fill("4");
  await page.getByTestId("apply").click();
  for (let times = 0; times < 6; times += 1) await page.getByTestId("zoom-out").click();
  const { x, y, width } = await page.locator(".chart-frame > svg").boundingBox();
  const aside = () => page.mouse.move(x + 20, y + 6);
  const plain = await rested(page);
  await aside();
  for (const [key, turns] of [["Shift", [500, 300, -120]], ["Control", [60, -90, 30, -200]]]) {
    await page.keyboard.down(key);
    for (const turn of turns) {
      await page.mouse.wheel(0, turn);
      await painted(page);
      const pieces = await page.locator(".chart-frame > svg > svg > g").evaluateAll((all) => all.map((one) => one.getBoundingClientRect()));
      assert.ok(Math.min(...pieces.map(({ left }) => left)) < x + 90, "the left edge is painted");
      assert.ok(Math.max(...pieces.map(({ right }) => right)) > x + width - 40, "the right edge is painted");
    }
    await page.keyboard.up(key);
  }
  const moved = await rested(page);
  assert.notEqual(moved, plain);
  // What the pointer is over stands out, and so all is painted anew.
  await page.mouse.move(x + width / 2, y + 200);
  await page.locator(".chart-hint").filter({ hasText: /./ }).waitFor();
  await aside();
  await page.locator(".chart-hint").filter({ hasText: /./ }).waitFor({ state: "detached" });
  assert.equal(await rested(page), moved);
});

journey("causal order keeps the instant and lets nothing be dragged", async (traveller) => {
  const page = await still(traveller);
  for (let steps = 0; steps < 12; steps += 1) await page.keyboard.press("ArrowRight");
  const at = await time(page);
  await page.keyboard.press("o");
  await page.getByTestId("said").filter({ hasText: "causal order" }).waitFor({ state: "attached" });
  assert.equal(await time(page), at);
  const diagram = await page.getByTestId("diagram").boundingBox();
  await page.mouse.move(diagram.x + diagram.width / 2, diagram.y + diagram.height / 2);
  await page.mouse.down();
  await page.mouse.move(diagram.x + diagram.width / 4, diagram.y + diagram.height / 2, { steps: 5 });
  await page.mouse.up();
  assert.equal(await page.getByTestId("panel-faults").getByRole("listitem").count(), 0, "it pans, and edits nothing");
  await page.keyboard.press("o");
  await page.getByTestId("said").filter({ hasText: "virtual time" }).waitFor({ state: "attached" });
  assert.equal(await time(page), at);
});

journey("a caption is written at the playhead and travels with the link", async (traveller) => {
  const page = await still(traveller);
  for (let steps = 0; steps < 12; steps += 1) await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("b");
  await page.locator('[data-testid="caption-0"]:focus').waitFor();
  await page.keyboard.type("nobody leads yet");
  await page.keyboard.press("Enter");
  await page.locator(".diagram .on-flag").filter({ hasText: "nobody leads yet" }).waitFor({ state: "attached" });
  await traveller.assertAccessible();
  await page.waitForFunction(() => location.hash.length > 10);
  const link = page.url();
  await page.getByRole("button", { name: "Remove the caption at 120 ms" }).click();
  assert.equal(await page.locator(".diagram .flag").count(), 0);
  const other = await traveller.open(`?${new URL(link).hash}`);
  await other.locator(".diagram .on-flag").filter({ hasText: "nobody leads yet" }).waitFor({ state: "attached" });
});

journey("on a phone the bar is one button until it is wanted", sizes.phone, async (traveller) => {
  const page = await still(traveller);
  assert.ok(!(await page.getByTestId("search").isVisible()));
  await page.getByTestId("read").tap();
  await page.getByTestId("search").fill("vote");
  await found(page, /\d+ found/);
  await page.getByTestId("found-next").tap();
  await found(page, /^1 of/);
  await traveller.assertAccessible();
  await page.getByTestId("read").tap();
  assert.ok(!(await page.getByTestId("search").isVisible()));
});
