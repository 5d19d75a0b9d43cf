// Past, future and concurrent; a second selection; what if; a curtain; what one participant knows.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { leaders, pause, play, share, until } from "../lib/lightcone.mjs";

/** The page, paused a little after the first election. */
async function withLeader(traveller) {
  const page = await traveller.open();
  await pause(page);
  await play(page, "200 ms");
  await until(page, (seen) => leaders(seen).length === 1, "a leader");
  await pause(page);
  return page;
}

/** Moves the mouse over the diagram until what is under it reads so; nothing if it never does. */
async function find(page, words, { after } = {}) {
  const box = await page.locator(".chart svg.diagram").boundingBox();
  const hint = page.locator(".chart-hint");
  for (let x = Math.max(box.x + 90, (after?.x ?? 0) + 10); x < box.x + box.width - 20; x += 7) {
    for (let y = box.y + 40; y < box.y + box.height - 30; y += 7) {
      await page.mouse.move(x, y);
      const text = await hint.textContent();
      if (words.test(text)) return { x, y, text };
    }
  }
  throw new Error(`nothing on the diagram reads like ${words}`);
}

const seen = (page, testId, words) => page.getByTestId(testId).filter({ hasText: words }).waitFor({ state: "attached" });

journey("a message is selected with the mouse, and a second one with shift: the chain between", async (traveller) => {
  const page = await withLeader(traveller);
  const vote = await find(page, /RequestVote.* from n\d to n\d/);
  await page.mouse.click(vote.x, vote.y);
  await seen(page, "stands", /could have mattered: \d+ events?.*concurrent: \d+ events?.*can be influenced: \d+ events?/);
  assert.ok((await page.locator(".stage-svg .stands-past, .stage-svg .stands-future").count()) > 0, "the stage tells it, too");
  assert.match(await page.getByTestId("node-n1").textContent(), /could have mattered|could be influenced|concurrent/);

  const later = await find(page, /AppendEntries.* from n\d to n\d/, { after: vote });
  await page.keyboard.down("Shift");
  await page.mouse.click(later.x, later.y);
  await page.keyboard.up("Shift");
  await page.locator('[data-testid="chain"], [data-testid="concurrent"]').waitFor();
  await seen(page, "panel-causality", /, \d+(\.\d+)? ms|concurrent: neither could know of the other/);
  await traveller.picture("causal-chain");
  await page.keyboard.press("Escape");
  await page.getByTestId("chain").waitFor({ state: "detached" });
  await seen(page, "stands", /could have mattered/);
});

journey("what if: a difference, a way back, and an ordinary edit if it is kept", async (traveller) => {
  const page = await withLeader(traveller);
  const vote = await find(page, /RequestVote.* from n\d to n\d.*arrives|RequestVote.* from n\d to n\d/);
  await page.mouse.click(vote.x, vote.y);
  const before = await share(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("i");
  await seen(page, "what-if-outcome", /without RequestVote.*first difference at/);
  await traveller.picture("what-if");
  const during = await share(page);
  assert.equal(during.fingerprint, before.fingerprint, "nothing of the scene changes");
  await page.keyboard.press("Escape");
  await page.getByTestId("back").click();
  await page.getByTestId("what-if-outcome").waitFor({ state: "detached" });
  await page.getByTestId("what-if").click();
  await page.getByTestId("keep").click();
  await seen(page, "panel-faults", /RequestVote.*message dropped/);
  const kept = await share(page);
  assert.notEqual(kept.fingerprint, before.fingerprint);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+z");
  const undone = await share(page);
  assert.equal(undone.fingerprint, before.fingerprint);
});

journey("a curtain, and what n3 knows", async (traveller) => {
  const page = await withLeader(traveller);
  await page.keyboard.press("u");
  await seen(page, "readout", /nothing after this instant is told/);
  assert.doesNotMatch(await page.getByTestId("time").innerText(), / of /);
  await page.getByTestId("node-n3").click();
  await page.keyboard.press("Escape");
  await page.getByTestId("veil-knows").click();
  await seen(page, "readout", /what n3 knows/);
  await seen(page, "time", /n3 knows \d+ events/);
  assert.equal(await page.locator(".flight").count(), 0, "n3 sees no message under way");
  await traveller.picture("what-n3-knows");
  await page.getByTestId("veil-none").click();
  await seen(page, "time", /event \d+ of \d+/);
});

journey("causality on a phone: a second one without shift", sizes.phone, async (traveller) => {
  const page = await withLeader(traveller);
  const flight = page.locator(".flight .flight-body").first();
  for (let tries = 0; tries < 30 && !(await flight.count()); tries += 1) {
    await page.getByTestId("next").tap();
    await page.waitForTimeout(60);
  }
  await flight.tap({ force: true });
  await page.getByTestId("second").tap();
  await seen(page, "second", /Now select the second one/);
  await page.getByTestId("veil-curtain").tap();
  await seen(page, "readout", /curtain/);
  await traveller.picture("causality-phone");
});
