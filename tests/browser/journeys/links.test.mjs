// Bad input: one precise sentence each, and nothing of what was open is lost.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { cutOff, pause, share } from "../lib/lightcone.mjs";

journey("broken links say what is wrong and open the default scene", async (traveller) => {
  const page = await traveller.open();
  await pause(page);
  const { link } = await share(page);
  const body = link.split("#")[1];
  const wrong = { [body.slice(0, -9)]: /cut short/, [body.replace(/^1\./, "2.")]: /format 2/, "nonsense": /not one of Lightcone's/ };
  for (const [fragment, sentence] of Object.entries(wrong)) {
    await page.goto("about:blank");
    await traveller.open(`#${fragment}`);
    const banner = await page.getByTestId("banner").innerText();
    assert.match(banner, sentence);
    assert.match(banner, /default scene is open/);
    assert.match(await page.getByTestId("node-n5").textContent(), /n5/);
  }
});

journey("a broken link in an open page changes nothing", async (traveller) => {
  const page = await traveller.open();
  await pause(page);
  await cutOff(page, "n1", "n5");
  await page.getByTestId("wall").waitFor({ state: "attached" });
  await page.evaluate(() => (location.hash = "1.AAAA"));
  await page.getByTestId("banner").filter({ hasText: "What was open stays" }).waitFor();
  assert.equal(await page.getByTestId("wall").count(), 1);
});

journey("settings that cannot be run are refused beside their field", async (traveller) => {
  const page = await traveller.open();
  await pause(page);
  const before = (await share(page)).fingerprint;
  await page.getByTestId("close").click();
  const bad = [["settings.servers", "0"], ["settings.servers", "99"], ["network.latency", "-5ms..9ms"], ["network.loss", "200"]];
  for (const [field, text] of bad) {
    await page.getByTestId("settings").click();
    await page.getByTestId(`field-${field}`).fill(text);
    await page.getByTestId("apply").click();
    assert.match(await page.getByTestId("settings-error").innerText(), /.{12,}/);
    assert.equal(await page.getByTestId(`field-${field}`).getAttribute("aria-invalid"), "true");
    await page.getByTestId("close").click();
  }
  assert.equal((await share(page)).fingerprint, before);
  await page.getByTestId("close").click();

  await page.getByTestId("settings").click();
  await page.getByTestId("field-settings.servers").fill("3");
  await page.getByTestId("apply").click();
  await page.getByTestId("node-n4").waitFor({ state: "detached" });
  assert.equal(await page.locator('[data-testid^="node-n"]').count(), 3);
});
