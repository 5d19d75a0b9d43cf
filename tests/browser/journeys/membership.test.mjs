// Who is in the cluster: three servers become five, the leader is removed, and logs are folded in the meantime.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { leaders, logs, pause, play, until } from "../lib/lightcone.mjs";

/** Asks a server for a change, from its own panel. */
async function ask(page, node, change) {
  await page.getByTestId(`node-${node}`).click();
  await page.getByTestId("panel-node").getByRole("button", { name: change, exact: true }).click();
}

/** Waits until a cell of the table of logs says this. */
async function logged(page, text) {
  await page.getByTestId("cluster").getByText(text).first().waitFor({ timeout: 40_000 });
}

journey("a cluster grows from three to five, loses its leader on purpose, and folds its logs", async (traveller) => {
  const page = await traveller.open();
  await pause(page);
  await page.getByTestId("settings").click();
  await page.getByTestId("field-until").fill("6s");
  await page.getByTestId("field-settings.servers").fill("3");
  await page.getByTestId("field-settings.spares").fill("2");
  await page.locator("[id='field-settings.membership']").selectOption("joint");
  await page.getByTestId("field-settings.snapshot_after").fill("6");
  await page.getByTestId("apply").click();
  await page.getByTestId("node-n5").filter({ hasText: "outside" }).waitFor();

  await page.keyboard.press("Home");
  await play(page, "200 ms");
  const [{ name: leader }] = leaders(await until(page, (seen) => leaders(seen).length === 1, "a leader of three"));
  await pause(page);
  await ask(page, leader, "change to n1 n2 n3 n4 n5");
  await play(page, "200 ms");
  await logged(page, "conf 12345");
  await until(page, (seen) => seen.filter(({ role }) => role).length === 5, "five servers with a part to play");
  await pause(page);
  assert.equal(await page.getByTestId("node-n5").filter({ hasText: "outside" }).count(), 0);

  const rest = ["n1", "n2", "n3", "n4", "n5"].filter((name) => name !== leader);
  await ask(page, leader, `change to ${rest.join(" ")}`);
  await play(page, "200 ms");
  await page.getByTestId(`node-${leader}`).filter({ hasText: "outside" }).waitFor({ timeout: 40_000 });
  const next = leaders(await until(page, (seen) => leaders(seen).length === 1, "a leader of the four that are left"));
  assert.ok(rest.includes(next[0].name), `${next[0].name} leads, and ${leader} was removed`);
  await logged(page, "snapshot");
  await pause(page);
  assert.ok((await logs(page)).flat().some((cell) => cell === "folded"), "what was applied is folded");
  await traveller.assertAccessible();
});
