// Histories drawn by hand: with the mouse, with the keyboard, as a link and as a file.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { painted } from "../lib/lightcone.mjs";

const model = (page, name) => page.getByTestId(`model-${name}`);
const says = (page, name, words) => page.getByRole("button", { name: `${name}: ${words}`, exact: true }).waitFor();

/** Draws along the lane of a client, at shares of the board's width. */
async function draw(page, lane, lanes, from, to) {
  const box = await page.getByTestId("board").boundingBox();
  const names = await page.locator(".board text.name").evaluateAll((all) => all.map((one) => one.getBoundingClientRect().y + one.getBoundingClientRect().height / 2));
  const y = names.sort((a, b) => a - b)[lane];
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * ((from + to) / 2), y);
  await page.mouse.move(box.x + box.width * to, y);
  await page.mouse.up();
  await painted(page);
}

async function write(page, field, text) {
  await page.getByTestId(field).fill(text);
  await page.getByTestId(field).press("Tab");
  await painted(page);
}

journey("a stale read is drawn with the mouse, and its link opens the same history", async (traveller) => {
  const page = await traveller.open("sandbox.html");
  await draw(page, 0, 3, 0.1, 0.25);
  await draw(page, 0, 3, 0.3, 0.45);
  await says(page, "linearizable", "admits it");
  await draw(page, 1, 3, 0.5, 0.65);
  await write(page, "act-words", "get x");
  await write(page, "act-answer", "1");
  await says(page, "linearizable", "does not admit it");
  await says(page, "sequential", "admits it");
  assert.ok((await page.locator(".board .stuck.cross").count()) > 0);
  await page.getByTestId("act-0").click();
  await page.getByTestId("first-error").click();
  assert.equal(await page.getByTestId("act-2").getAttribute("aria-pressed"), "true", "the read is selected");
  await page.waitForFunction(() => location.hash.startsWith("#h1."));
  const hash = await page.evaluate(() => location.hash);
  const other = await traveller.stranger();
  await other.goto(`${traveller.site}sandbox.html${hash}`);
  await says(other, "linearizable", "does not admit it");
  assert.equal(await other.getByTestId("act-2").innerText(), await page.getByTestId("act-2").innerText());
  await traveller.assertAccessible();
});

journey("the keyboard alone draws an operation, changes it and takes it back", async (traveller) => {
  const page = await traveller.open("sandbox.html");
  await page.getByTestId("object").selectOption("queue");
  await page.getByTestId("add").press("Enter");
  await page.getByTestId("act-end").selectOption("open");
  await page.getByTestId("add").press("Enter");
  await write(page, "act-words", "dequeue");
  await write(page, "act-answer", "1");
  await says(page, "linearizable", "admits it");
  await says(page, "causal memory", "does not speak of it");
  await write(page, "act-answer", "2");
  await says(page, "sequential", "does not admit it");
  await page.getByTestId("act-0").press("Delete");
  assert.equal(await page.locator(".acts-list li").count(), 1);
  await page.getByTestId("sandbox-undo").press("Enter");
  assert.equal(await page.locator(".acts-list li").count(), 2);
});

journey("a file is written and read, and bad ones say which line", async (traveller) => {
  const page = await traveller.open("sandbox.html");
  const example = () => page.getByTestId("examples").evaluate((list) => list.selectedOptions[0].text);
  assert.equal(await example(), "Examples…");
  await page.getByTestId("examples").selectOption("1");
  assert.match(await example(), /causal memory/);
  await says(page, "causal memory", "admits it");
  await says(page, "causal convergence", "does not admit it");
  await page.getByText("This history as a file").click();
  const lines = await page.getByTestId("lines").inputValue();
  await page.getByTestId("more").click();
  assert.equal(await example(), "Examples…", "it is another history now");
  await page.getByTestId("object").selectOption("store");
  await page.getByText("Open another one").click();
  await page.getByTestId("pasted").fill(lines.replace('"ok"', '"what"'));
  await page.getByTestId("import").click();
  assert.match(await page.getByTestId("refused").innerText(), /line \d+.*invoke, ok, fail or info/);
  await page.getByTestId("pasted").fill(lines);
  await page.getByTestId("import").click();
  await says(page, "causal memory", "admits it");
  await page.evaluate(() => (location.hash = "h1.AAAA"));
  await page.getByTestId("refused").filter({ hasText: "cut short" }).waitFor();
});

journey("transactions are judged by levels of isolation", async (traveller) => {
  const page = await traveller.open("sandbox.html");
  await page.getByTestId("object").selectOption("transactions");
  await page.getByTestId("add").press("Enter");
  await write(page, "act-words", "read x; append y 1");
  await says(page, "strict serializability", "admits it");
  await draw(page, 1, 3, 0.05, 0.3);
  await write(page, "act-words", "read y; append x 1");
  await says(page, "serializability", "does not admit it");
  await says(page, "snapshot isolation", "admits it");
  await model(page, "serializability").click();
  assert.match(await page.getByTestId("model-verdict").innerText(), /each came before the other/);
  assert.ok((await page.locator(".board .stuck").count()) > 0);
  await traveller.assertAccessible();
});

journey("on a phone time runs down and a finger draws", sizes.phone, async (traveller) => {
  const page = await traveller.open("sandbox.html");
  await page.getByTestId("add").tap();
  await says(page, "linearizable", "admits it");
  const box = await page.getByTestId("board").boundingBox();
  await page.touchscreen.tap(box.x + box.width * 0.8, box.y + box.height * 0.8);
  await painted(page);
  assert.equal(await page.locator(".acts-list li").count(), 2);
  assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, "nothing sticks out");
  await model(page, "sequential").tap();
  assert.match(await page.getByTestId("model-verdict").innerText(), /sequential/);
});
