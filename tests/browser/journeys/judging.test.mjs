// What judges find: a witness on the bars of clients, the event that broke an invariant, and why a rule was not followed.

import assert from "node:assert/strict";
import { journey } from "../lib/journey.mjs";
import { painted, pause } from "../lib/lightcone.mjs";
import { staleRead, twoLeaders } from "../lib/scenes.mjs";

const count = (page, marks) => page.locator(`.chart .diagram ${marks}`).count();

journey("a stale read is marked on its bar, and all models judge it", async (traveller) => {
  const page = await traveller.open(staleRead);
  await pause(page);
  await page.keyboard.press("Home");
  await painted(page);
  assert.equal(await count(page, ".stuck.cross"), 0, "nothing is wrong yet");
  await page.keyboard.press("g");
  await page.locator(".chart .diagram .stuck.cross").first().waitFor({ state: "attached" });
  assert.equal(await count(page, ".stuck.cross"), 2, "what no order explains together: the write and the read");
  assert.ok((await count(page, ".stuck.pattern")) > 0, "it is hatched");
  assert.ok((await count(page, ".on-point")) > 0, "the longest order is numbered");
  assert.match(await page.getByTestId("history").innerText(), /no order of the operations on x.*get x/s);
  assert.match(await page.getByTestId("said").textContent(), /get x/);
  await traveller.assertAccessible();
  await page.getByTestId("models").click();
  const strongest = page.getByRole("button", { name: "linearizable: does not admit it" });
  await strongest.waitFor();
  await strongest.click();
  assert.match(await page.getByTestId("model-verdict").innerText(), /get x/);
  assert.ok((await page.locator(".board .stuck.cross").count()) > 0, "the witness is drawn there, too");
});

journey("two leaders of one term are ringed at the event that made the second", async (traveller) => {
  const page = await traveller.open(twoLeaders);
  await pause(page);
  await page.keyboard.press("Home");
  await page.keyboard.press("g");
  await page.locator(".chart .diagram .breach.cross").waitFor({ state: "attached" });
  assert.ok((await count(page, ".breach.ring")) > 1, "both leaders are ringed");
  assert.match(await page.getByTestId("breach").innerText(), /Election Safety/);
});

journey("a rule that was not followed says which guard failed and leads there", async (traveller) => {
  const page = await traveller.open();
  await pause(page);
  await page.keyboard.press("End");
  await page.getByTestId("node-n2").click();
  const rules = page.getByTestId("why-not");
  const answer = page.getByTestId("why-not-answer");
  const answers = [];
  let leads;
  for (const value of await rules.locator("option").evaluateAll((all) => all.map((one) => one.value).filter(Boolean))) {
    await rules.selectOption(value);
    await answer.filter({ hasText: /\S/ }).waitFor();
    answers.push(await answer.innerText());
    if (await answer.locator("button").count()) leads = value;
  }
  assert.ok(answers.some((answer) => /came to this rule|has come to this rule/.test(answer)), answers.join("\n"));
  assert.ok(leads !== undefined, answers.join("\n"));
  await rules.selectOption(leads);
  const at = Number.parseFloat((await answer.innerText()).match(/([\d.]+) ms/)[1]);
  await answer.locator("button").click();
  await painted(page);
  // The clock cuts off what a sentence rounds.
  const off = Number.parseFloat(await page.getByTestId("time").locator("b").innerText()) - at;
  assert.ok(Math.abs(off) < 0.05, `${off} ms off`);
});
