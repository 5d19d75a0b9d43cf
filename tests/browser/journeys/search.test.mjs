// The search for the shortest way to break a protocol: watched and cancelled, with a find, and without a worker.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { share } from "../lib/lightcone.mjs";

/** Writes into the fields of the search and begins. */
async function search(page, bounds) {
  await page.getByTestId("hunt").click();
  for (const [name, number] of Object.entries(bounds)) await page.getByTestId(`field-hunt.${name}`).fill(String(number));
  await page.getByTestId("hunt-begin").click();
}

/** A number that the search tells of itself, once it does. */
async function fact(page, name) {
  const words = page.getByTestId("hunt-facts").locator("div").filter({ hasText: name }).first().locator("dd");
  return Number((await words.innerText()).replaceAll(",", ""));
}

/** Waits until the search has seen more than so many states. */
async function beyond(page, states) {
  await page.getByTestId("hunt-facts").waitFor();
  for (;;) {
    const seen = await fact(page, "states");
    if (seen > states) return seen;
    await page.waitForTimeout(50);
  }
}

const over = (page) => page.getByTestId("hunt-begin").waitFor({ timeout: 90_000 });

journey("a search is started, watched from the page, and cancelled", async (traveller) => {
  const { page } = traveller;
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await traveller.open();
  await page.getByTestId("play").waitFor();
  assert.ok(!asked.some((url) => url.includes("jobs")), "nothing of long work is fetched before it is asked for");
  await search(page, { crashes: 2, timeouts: 4, requests: 2, states: 10_000_000 });
  const first = await beyond(page, 0);
  await beyond(page, first);
  await traveller.assertAccessible();
  // It goes on while the page is used.
  await page.getByRole("button", { name: "Search on behind" }).click();
  await page.keyboard.press("End");
  assert.match(await page.getByTestId("hunt").innerText(), /Searching: [\d,]+ states/);
  await page.keyboard.press("e");
  const seen = await fact(page, "states");
  assert.ok(seen > first);
  await page.getByTestId("hunt-stop").click();
  await over(page);
  assert.match(await page.getByTestId("hunt-report").innerText(), /^Cancelled/);
  assert.ok((await fact(page, "states")) >= seen, "what was seen until then stays");
});

for (const [where, size] of Object.entries({ desktop: sizes.desktop, phone: sizes.phone })) {
  journey(`a planted bug is found, opened, taken back, and sent as a link on a ${where}`, size, async (traveller) => {
    const page = await traveller.open();
    const title = await page.locator(".crumb-title").textContent();
    await page.getByTestId("settings").click();
    await page.locator("[id='field-settings.bug']").selectOption("vote-twice");
    await page.getByTestId("apply").click();
    await search(page, { timeouts: 2 });
    await over(page);
    const report = await page.getByTestId("hunt-report").innerText();
    assert.match(report, /Violated: Election Safety/);
    assert.match(report, /Nothing shorter breaks anything here/);
    assert.ok((await page.getByTestId("hunt-steps").locator("li").count()) > 2);
    await traveller.picture(`search-${where}`);
    await page.getByTestId("hunt-load").click();
    await page.getByTestId("play").waitFor();
    await page.keyboard.press("End");
    await page.getByTestId("breach").first().waitFor();
    const { link } = await share(page);
    await page.getByTestId("close").click();
    await page.getByTestId("undo").click();
    assert.equal(await page.locator(".crumb-title").textContent(), title);
    const friend = await traveller.stranger();
    await friend.goto(link);
    await friend.getByTestId("breach").first().waitFor();
    assert.match(await friend.locator(".crumb-title").textContent(), /Election Safety is broken/);
  });
}

journey("where no worker is allowed a search goes on between the frames", async (traveller) => {
  const html = `<!doctype html><title>A course</title><link rel="icon" href="data:,"><iframe sandbox="allow-scripts" width="1200" height="760" src="${traveller.site}"></iframe>`;
  await traveller.page.goto(await traveller.host({ "/": html }));
  const frame = await (await traveller.page.locator("iframe").elementHandle()).contentFrame();
  await search(frame, { timeouts: 1 });
  await over(frame);
  assert.match(await frame.getByTestId("hunt-report").innerText(), /Impossible at this scope: 3 nodes, no faults, 1 timeout/);
  await frame.getByTestId("field-hunt.timeouts").fill("4");
  await frame.getByTestId("hunt-begin").click();
  await beyond(frame, 0);
  assert.equal(traveller.page.workers().length, 0);
  await frame.getByTestId("hunt-stop").click();
  await over(frame);
  assert.match(await frame.getByTestId("hunt-report").innerText(), /^Cancelled/);
});
