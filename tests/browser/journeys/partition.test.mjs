// The main journey: a leader is cut off with a minority, another rises, it heals, and a link tells it all again.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { cutOff, leaders, logs, pause, play, servers, share, until } from "../lib/lightcone.mjs";

async function partitionAndShare(traveller) {
  const page = await traveller.open();
  await pause(page);
  await play(page, "100 ms");
  const [leader] = leaders(await until(page, (seen) => leaders(seen).length === 1, "a leader"));
  await page.waitForTimeout(1_500);
  await pause(page);
  const companion = (await servers(page)).find(({ name }) => name !== leader.name && near(name, leader.name)).name;

  await cutOff(page, leader.name, companion);
  const readout = page.getByTestId("readout");
  await readout.getByText("can do neither: 2 of 5").waitFor();
  await readout.getByText("could elect and commit: 3 of 5").waitFor();

  await play(page, "200 ms");
  const split = await until(page, (seen) => leaders(seen).length === 2, "two leaders");
  const terms = leaders(split).map(({ term }) => term);
  assert.notEqual(terms[0], terms[1], "two leaders are of different terms");
  await page.getByTestId("progress").getByText("not promised here").waitFor();
  assert.match(await page.getByTestId("progress").innerText(), /c1 waits/);

  await page.getByTestId("heal").click();
  const healed = (seen) => leaders(seen).length === 1 && new Set(seen.map(({ term }) => term)).size === 1;
  await until(page, healed, "one leader, and everyone in its term");
  await agree(page);
  await pause(page);
  await traveller.picture(`healed-${traveller.page.viewportSize().width}`);

  const first = await share(page);
  assert.match(first.fingerprint, /^[0-9a-f]{16}$/);
  const other = await traveller.stranger();
  await other.goto(first.link);
  const second = await share(other);
  assert.equal(second.fingerprint, first.fingerprint);
  assert.match(await other.getByTestId("proof").innerText(), /replay matches/);
}

/** Whether two servers stand side by side on the ring of five. */
function near(a, b) {
  const gap = Math.abs(Number(a.slice(1)) - Number(b.slice(1)));
  return gap === 1 || gap === 4;
}

/** Waits for an instant at which all logs are the same. */
async function agree(page) {
  for (let tries = 0; tries < 400; tries += 1) {
    const rows = await logs(page);
    const entries = rows.filter(([name]) => /^n\d$/.test(name)).map((cells) => cells.slice(5).join("|"));
    if (entries.length === 5 && entries[0].length > 0 && new Set(entries).size === 1) return;
    await page.waitForTimeout(30);
  }
  assert.fail(`the logs never agreed: ${JSON.stringify(await logs(page))}`);
}

journey("a partition is drawn, healed and shared", { viewport: { width: 1440, height: 900 } }, partitionAndShare);

journey("a partition is drawn, healed and shared on a phone", sizes.phone, partitionAndShare);
