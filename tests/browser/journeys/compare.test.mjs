// Two runs at once, with one window and one playhead.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { painted, pause } from "../lib/lightcone.mjs";

/** A line of the ledger: this run, the other one, the difference. */
const line = (page, what) =>
  page.getByTestId("panel-ledger").locator("tbody tr").filter({ hasText: what }).locator("td").allInnerTexts();

async function paused(traveller) {
  const page = await traveller.open();
  await pause(page);
  await page.keyboard.press("Home");
  return page;
}

/** Crashes n2 by the keyboard after some events. */
async function crash(page) {
  for (let steps = 0; steps < 30; steps += 1) await page.keyboard.press("ArrowRight");
  await page.getByTestId("node-n2").focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("menu").getByRole("button", { name: /^Crash/ }).first().click();
  await page.getByTestId("panel-faults").getByRole("listitem").first().waitFor();
}

journey("the previous future beside the new one, with what differs marked", async (traveller) => {
  const page = await paused(traveller);
  await page.keyboard.press("p");
  assert.ok(await page.getByTestId("with-previous").isDisabled(), "nothing was edited yet");
  await traveller.assertAccessible();
  await page.keyboard.press("Escape");
  await crash(page);
  await page.getByTestId("compare").click();
  await page.getByTestId("with-previous").click();
  await page.getByTestId("second-words").filter({ hasText: /first difference at/ }).waitFor();
  const [here, before, difference] = await line(page, "events");
  assert.equal(Number(before) - Number(here), Number(difference.replace("−", "-")));
  await traveller.assertAccessible();
  // Both pan and zoom together.
  const axes = () => page.locator(".diagram:not(.scrub)").evaluateAll((all) => all.map((svg) => [...svg.querySelectorAll(".axis")].map((words) => words.textContent).join(" ")));
  const [one, other] = await axes();
  assert.equal(one, other);
  await page.getByTestId("other-run").locator(".chart-frame").hover();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -400);
  await page.keyboard.up("Control");
  await page.waitForFunction((old) => document.querySelector(".second .axis") && [...document.querySelectorAll(".second .axis")].map((words) => words.textContent).join(" ") !== old, other);
  const zoomed = await axes();
  assert.equal(zoomed[0], zoomed[1]);
  await page.getByTestId("second-close").click();
  await page.getByTestId("other-run").waitFor({ state: "detached" });
  assert.ok(await page.getByTestId("stage").isVisible());
});

journey("the second diagram is gone through by keys alone", async (traveller) => {
  const page = await paused(traveller);
  await crash(page);
  await page.getByTestId("compare").click();
  await page.getByTestId("with-previous").click();
  const words = page.getByTestId("second-words");
  await words.filter({ hasText: /first difference at/ }).waitFor();
  await page.getByTestId("second-close").focus();
  await page.keyboard.press("Tab");
  await page.locator('[data-testid="roams-beside"]:focus').waitFor();
  const heard = new Set();
  for (const name of ["ArrowDown", "ArrowRight", "ArrowRight", "a", "ArrowRight", "ArrowUp"]) {
    await page.keyboard.press(name);
    await painted(page);
    heard.add(await words.textContent());
  }
  assert.ok(heard.size > 3, [...heard].join("\n"));
  await page.locator(".second .roam").first().waitFor({ state: "attached" });
  await traveller.assertAccessible();
  // What this run has, too, is selected in both.
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await page.locator(".second .cone-lane").first().waitFor({ state: "attached" });
  await page.locator(".chart:not(.second) .cone-lane").first().waitFor({ state: "attached" });
  await page.keyboard.press("Shift+Tab");
  await page.locator(".second .roam").first().waitFor({ state: "detached" });
});

journey("another protocol under the same faults", async (traveller) => {
  const page = await paused(traveller);
  await crash(page);
  await page.getByTestId("compare").click();
  await page.getByTestId("with-bracha").click();
  await page.getByTestId("other-run").getByText("Bracha").first().waitFor();
  await page.getByTestId("panel-ledger").locator("tbody tr").first().waitFor();
  assert.equal((await line(page, "nobody led for"))[1], "–");
  await traveller.assertAccessible();
});

journey("other settings are refused beside their field, or run beside this run", async (traveller) => {
  const page = await paused(traveller);
  await page.getByTestId("compare").click();
  await page.getByTestId("with-settings").click();
  await page.getByTestId("field-network.loss").fill("101");
  await page.getByTestId("apply").click();
  await page.getByTestId("settings-error").or(page.getByRole("alert")).filter({ hasText: /101.* is not a whole number from 0 to 100/ }).first().waitFor();
  await page.getByTestId("field-network.loss").fill("20");
  await page.getByTestId("apply").click();
  await page.getByTestId("panel-ledger").locator("tbody tr").first().waitFor();
  const [here, other] = await line(page, "messages lost");
  assert.equal(here, "0");
  assert.ok(Number(other) > 0);
});

journey("on a phone one run is seen at a time", sizes.phone, async (traveller) => {
  const page = await paused(traveller);
  await page.getByTestId("compare").tap();
  await page.getByTestId("with-seed").tap();
  const [first, second] = [page.getByTestId("diagram").locator(".chart-frame"), page.getByTestId("other-run").locator(".chart-frame")];
  assert.deepEqual([await first.isVisible(), await second.isVisible()], [true, false]);
  await page.getByTestId("second-switch").tap();
  await second.waitFor();
  assert.equal(await first.isVisible(), false);
  await traveller.assertAccessible();
});
