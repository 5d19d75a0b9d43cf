// One setting over many runs: watched, cancelled, and a dot opened by hand and by key; and a run until something happens.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";

const VALUES = ["150ms..160ms", "150ms..300ms"];

/** Opens the form of sweeps, fills it in and begins. */
async function sweep(page, seeds) {
  await page.getByTestId("sweep").click();
  await page.locator("[id='field-sweep.knob']").selectOption("election_timeout");
  await page.getByTestId("field-sweep.values").fill(VALUES.join(","));
  await page.getByTestId("field-sweep.seeds").fill(String(seeds));
  await page.getByTestId("sweep-begin").click();
}

const dots = (page) => page.locator("[data-dot]");
const over = (page) => page.getByTestId("sweep-begin").waitFor({ timeout: 90_000 });

/** The value and the seed that a dot tells of itself. */
async function told(page, run) {
  const words = await page.getByTestId(`dot-${run}`).locator("title").textContent();
  const [, value, seed] = words.match(/^election_timeout (\S+), seed (\d+): /);
  return { value, seed };
}

/** Where a dot is, and the run of the dot that is uppermost there. */
async function topmost(page, run) {
  await page.getByTestId(`dot-${run}`).scrollIntoViewIfNeeded();
  return page.getByTestId(`dot-${run}`).evaluate((dot) => {
    const { x, y, width, height } = dot.getBoundingClientRect();
    const at = { x: x + width / 2, y: y + height / 2 };
    return { at, run: document.elementFromPoint(at.x, at.y).closest("[data-dot]").dataset.dot };
  });
}

/** The value and the seed of the run that is open. */
async function settings(page) {
  await page.getByTestId("settings").click();
  const value = await page.getByTestId("field-settings.election_timeout").inputValue();
  const seed = await page.getByTestId("field-seed").inputValue();
  await page.getByTestId("close").click();
  return { value, seed };
}

for (const [where, size] of Object.entries({ desktop: sizes.desktop, phone: sizes.phone })) {
  journey(`a sweep is watched, and a dot opens its run, on a ${where}`, size, async (traveller) => {
    const page = await traveller.open();
    await page.getByTestId("play").waitFor();
    const before = await settings(page);
    await sweep(page, 40);
    await over(page);
    assert.equal(await dots(page).count(), 80, "a dot is a run");
    assert.match(await page.getByTestId("sweep-report").innerText(), /80 runs: time until someone becomes leader/);
    await traveller.assertAccessible();
    await traveller.picture(`sweep-${where}`);
    assert.deepEqual(await told(page, 15), { value: VALUES[1], seed: "7" });
    const { at, run } = await topmost(page, 15);
    const dot = await told(page, run);
    await page.mouse.click(at.x, at.y);
    await page.getByTestId("sweep-report").waitFor({ state: "detached" });
    assert.deepEqual(await settings(page), dot);
    await page.getByTestId("undo").click();
    assert.deepEqual(await settings(page), before, "what was open comes back");
    await page.getByTestId("sweep").click();
    assert.equal(await dots(page).count(), 80, "and the dots are still there");
  });
}

journey("with the keyboard alone one goes from dot to dot and opens one", async (traveller) => {
  const page = await traveller.open();
  await page.getByTestId("play").waitFor();
  await page.keyboard.press("t");
  await page.getByTestId("field-sweep.seeds").fill("10");
  await page.keyboard.press("Enter");
  await over(page);
  await page.getByTestId("dot-0").focus();
  const here = () => page.evaluate(() => document.activeElement.querySelector("title")?.textContent);
  const seen = [await here()];
  for (const key of ["ArrowRight", "ArrowDown", "ArrowRight"]) {
    await page.keyboard.press(key);
    seen.push(await here());
  }
  assert.equal(new Set(seen).size, 4, seen.join("; "));
  const [, value, seed] = seen[3].match(/^network.latency (\S+), seed (\d+): /);
  await page.keyboard.press("Enter");
  await page.getByTestId("sweep-report").waitFor({ state: "detached" });
  await page.getByTestId("settings").click();
  assert.equal(await page.getByTestId("field-network.latency").inputValue(), value);
  assert.equal(await page.getByTestId("field-seed").inputValue(), seed);
});

journey("a sweep grows before one's eyes, goes on behind, and can be cancelled", async (traveller) => {
  const page = await traveller.open();
  await page.getByTestId("play").waitFor();
  await page.getByTestId("settings").click();
  await page.getByTestId("field-until").fill("60s");
  await page.getByTestId("apply").click();
  await page.getByTestId("sweep").click();
  await page.locator("[id='field-sweep.measure']").selectOption("messages");
  await page.getByTestId("field-sweep.seeds").fill("500");
  await page.getByTestId("sweep-begin").click();
  await dots(page).first().waitFor();
  const first = await dots(page).count();
  await page.getByRole("button", { name: "Run on behind" }).click();
  await page.keyboard.press("End");
  await page.keyboard.press("t");
  await page.waitForFunction((first) => document.querySelectorAll("[data-dot]").length > first, first);
  await page.getByTestId("sweep-stop").click();
  await over(page);
  assert.match(await page.getByTestId("sweep-report").innerText(), /^Cancelled/);
  const seen = await dots(page).count();
  assert.ok(seen > first && seen < 1_500, `${seen} runs are kept`);
});

journey("what cannot be swept is said beside its field", async (traveller) => {
  const page = await traveller.open();
  await page.getByTestId("sweep").click();
  await page.getByTestId("field-sweep.condition").fill("n1 sings");
  await page.getByTestId("sweep-begin").click();
  await page.getByTestId("settings-error").waitFor();
  assert.match(await page.getByTestId("settings-error").innerText(), /`n1 sings` is no condition/);
});

journey("a run goes until something happens, or says that it does not", async (traveller) => {
  const page = await traveller.open();
  await page.getByTestId("play").waitFor();
  const field = page.getByTestId("search");
  await field.fill("until someone becomes leader");
  await field.press("Enter");
  await page.waitForFunction(() => /becomes leader|leads/.test(document.querySelector("[data-testid=inspector]").innerText));
  const at = await page.getByTestId("time").innerText();
  await field.fill("until 2 servers are leader");
  await field.press("Enter");
  assert.equal(await page.getByTestId("said").textContent(), "does not happen until 3s");
  assert.equal(await page.getByTestId("time").innerText(), at, "where it does not happen nothing moves");
});

journey("the histories drawn by hand are reached from a phone", sizes.phone, async (traveller) => {
  const page = await traveller.open();
  await page.getByRole("link", { name: "Draw a history by hand" }).click();
  await page.waitForURL(/sandbox\.html/);
  await page.locator(".board").waitFor();
});
