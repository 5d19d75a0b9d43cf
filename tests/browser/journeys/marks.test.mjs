// The marks of the diagram by keyboard, and the window of the diagram by minimap, wheel and fingers.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { pause } from "../lib/lightcone.mjs";

const said = (page) => page.getByTestId("said").textContent();

/** The page, standing still at its start. */
async function still(traveller) {
  const page = await traveller.open();
  await pause(page);
  await page.keyboard.press("Home");
  return page;
}

/** Gives the diagram the keyboard, by keys alone. */
async function intoTheDiagram(page) {
  await page.getByTestId("zoom-in").focus();
  await page.keyboard.press("Shift+Tab");
  await page.locator('[data-testid="roams"]:focus').waitFor();
}

journey("marks are gone through, told and dropped by keys alone", async (traveller) => {
  const page = await still(traveller);
  await intoTheDiagram(page);
  const ring = page.locator(".diagram .roam").last();
  await ring.waitFor({ state: "attached" });
  const heard = new Set();
  for (const name of ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"]) {
    await page.keyboard.press(name);
    heard.add(await said(page));
  }
  assert.ok(heard.size > 3, [...heard].join("\n"));
  // From event to event until one has sent something.
  for (let steps = 0; !/ from \w+ to \w+, sent at /.test(await said(page)); steps += 1) {
    assert.ok(steps < 60, "no message is reached");
    await page.keyboard.press(steps % 2 === 0 ? "a" : "ArrowRight");
  }
  assert.equal(await page.locator(".chart-hint").textContent(), await said(page));
  await page.locator(".diagram .roam.trace").first().waitFor({ state: "attached" });
  await traveller.assertAccessible();
  await page.keyboard.press("Enter");
  await page.getByTestId("drop").waitFor();
  await page.keyboard.press("Delete");
  await page.getByTestId("panel-faults").getByRole("listitem").first().waitFor();
  await page.keyboard.press("Tab");
  await page.locator(".diagram .roam").first().waitFor({ state: "detached" });
});

journey("a click on the diagram leaves the arrow keys to the run", async (traveller) => {
  const page = await still(traveller);
  const frame = await page.getByTestId("roams").boundingBox();
  await page.mouse.click(frame.x + frame.width * 0.6, frame.y + frame.height - 20);
  const time = await page.getByTestId("time").innerText();
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await page.getByTestId("time").innerText(), time);
  assert.equal(await page.locator(".diagram .roam").count(), 0);
});
