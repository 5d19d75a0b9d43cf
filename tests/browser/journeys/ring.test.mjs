// Consistent hashing by hand: a node is drawn into the ring, and out of it; the keyboard alone; a link; what cannot be.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { painted } from "../lib/lightcone.mjs";

const number = async (page, id) => Number(await page.getByTestId(id).innerText());
const members = (page) => page.locator("[data-testid^=member-]").allInnerTexts();

/** Drags from one point of the picture to another, both as shares of its side; beyond 1 is outside. */
async function drag(page, from, to) {
  const box = await page.locator(".ring-frame svg").boundingBox();
  const at = ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]));
  await page.mouse.move(...at(to));
}

/** Where something is in the picture, as shares of its side. */
async function place(page, selector) {
  const box = await page.locator(".ring-frame svg").boundingBox();
  const its = await page.locator(selector).first().boundingBox();
  return [(its.x + its.width / 2 - box.x) / box.width, (its.y + its.height / 2 - box.y) / box.height];
}

async function set(page, id, text) {
  await page.getByTestId(id).fill(text);
  await page.getByTestId(id).press("Tab");
  await painted(page);
}

journey("a node is drawn into the ring and takes keys, and drawn out again", async (traveller) => {
  const page = await traveller.open("ring.html");
  await set(page, "ring-points", "40");
  assert.equal((await members(page)).length, 5);
  await drag(page, await place(page, ".ring-new circle"), [0.5, 0.5]);
  // What would move shows while the pointer holds it.
  await page.locator(".ring-key.moved").first().waitFor();
  assert.equal((await members(page)).length, 5);
  await page.mouse.up();
  await page.getByTestId("member-n6").waitFor();
  const moved = await number(page, "moved-ring");
  assert.ok(moved > 0 && moved < 80, `${moved} keys moved`);
  assert.equal(await number(page, "load-n6"), moved);
  assert.equal(await page.locator(".ring-key.moved").count(), moved);
  assert.ok((await number(page, "moved-modulo")) > 2 * moved, "modulo moves far more");
  await traveller.assertAccessible();

  await drag(page, await place(page, ".ring-member.own-5 circle"), [1.2, 0.5]);
  await page.mouse.up();
  await page.getByTestId("ring-moved").filter({ hasText: "n6 left" }).waitFor();
  assert.equal((await members(page)).length, 5);
  assert.equal(await number(page, "moved-ring"), moved);
});

journey("the keyboard alone: a node joins, grows heavier and crashes, and a link opens the same ring", async (traveller) => {
  const page = await traveller.open("ring.html");
  await set(page, "ring-points", "20");
  await page.getByTestId("ring-name").fill("big");
  await page.getByTestId("ring-name").press("Enter");
  await page.getByTestId("member-big").waitFor();
  const light = await number(page, "load-big");
  await set(page, "weight-big", "4");
  assert.ok((await number(page, "load-big")) > light);
  await page.getByTestId("member-big").press("Enter");
  await page.getByTestId("ring-crash").press("Enter");
  await page.getByTestId("ring-lost").filter({ hasText: "keys are lost" }).waitFor();
  await page.keyboard.press("Tab");
  await page.getByTestId("ring-undo").press("Enter");
  await page.getByTestId("member-big").waitFor();
  await page.waitForFunction(() => location.hash.includes("big:4:6"));
  const other = await traveller.stranger();
  await other.goto(`${traveller.site}ring.html${await page.evaluate(() => location.hash)}`);
  await other.getByTestId("member-big").waitFor();
  assert.equal(await number(other, "load-big"), await number(page, "load-big"));
});

journey("what cannot be is told, and nothing is lost", async (traveller) => {
  const page = await traveller.open("ring.html");
  const refused = (words) => page.getByTestId("ring-refused").filter({ hasText: words }).waitFor();
  await set(page, "ring-keys", "0");
  await refused("`0` is not a whole number from 1 to 100000");
  await page.getByTestId("ring-name").fill("n1");
  await page.getByTestId("ring-join").click();
  await refused("two members are called `n1`");
  await set(page, "ring-copies", "9");
  await refused("9 copies, but only 5 members");
  await set(page, "ring-copies", "2");
  for (const name of ["n1", "n2", "n3", "n4", "n5"]) await set(page, `weight-${name}`, "0");
  await refused("every member has weight 0");
  assert.equal((await members(page)).length, 5);
  await set(page, "weight-n1", "1");
  await set(page, "ring-copies", "1");
  await set(page, "ring-keys", "100000");
  assert.equal(await number(page, "load-n1"), 100000);
});

journey("on a phone a finger lets a node join, and nothing is wider than the screen", sizes.phone, async (traveller) => {
  const page = await traveller.open("ring.html");
  await page.locator(".ring-new circle").tap();
  await page.getByTestId("member-n6").waitFor();
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  await traveller.assertAccessible();
});
