// The main job: watch Raft, part it, see the minority stall and another leader rise, heal, and send the link.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { bring, fingerprint, part, play, servers, until } from "../lib/stage.mjs";

const leaders = (all) => all.filter((server) => server.role === "leader");

/** From a first leader to a healed cluster; the page shows what it should at each station. */
async function partAndHeal(traveller, draw) {
  const page = await traveller.open();
  await page.getByTestId("speed").selectOption("200000");
  const [first] = await until(page, "a leader", async () => leaders(await servers(page)));
  await play(page, false);

  // The leader and the client go to the left, with one more; the others to the right.
  const others = (await servers(page)).filter(({ name }) => name !== first.name);
  await part(page, [first.name, others[0].name, "c1"], others.slice(1).map(({ name }) => name), draw);
  const readout = page.getByTestId("readout");
  assert.match(await readout.innerText(), new RegExp(`3 of 5[\\s\\S]*2 of 5|2 of 5[\\s\\S]*3 of 5`));

  await play(page, true);
  const two = await until(page, "two leaders in different terms", async () => {
    const now = leaders(await servers(page));
    return now.length === 2 && now[0].term !== now[1].term ? now : [];
  });
  assert.ok(two.some(({ name }) => name === first.name), "the old leader does not know it yet");
  await until(page, "the client waits in vain", async () => {
    const progress = page.getByTestId("progress");
    const words = (await progress.count()) ? await progress.innerText() : "";
    return /c1 waits [\s\S]*not promised here/.test(words) ? [words] : [];
  });

  await play(page, false);
  await page.getByTestId("heal").click();
  await play(page, true);
  await until(page, "one leader and equal logs", async () => {
    const now = await servers(page);
    const same = new Set(now.map(({ log }) => log)).size === 1;
    return leaders(now).length === 1 && same && now.every(({ term }) => term === now[0].term) ? now : [];
  });
  await play(page, false);
  return page;
}

journey("a partition is drawn, a new leader rises, and the link replays it exactly", async (traveller) => {
  const page = await partAndHeal(traveller, "mouse");
  const { link, print } = await fingerprint(page);
  assert.match(print, /^[0-9a-f]{16}$/);
  await traveller.picture("raft-desktop");

  const other = await traveller.stranger();
  await other.goto(link);
  await other.getByTestId("share").click();
  await other.getByTestId("proof").waitFor();
  assert.equal(await other.getByTestId("fingerprint").innerText(), print);
  assert.match(await other.getByTestId("proof").innerText(), /replay matches/);
});

journey("the same on a phone", { ...sizes.phone }, async (traveller) => {
  const page = await partAndHeal(traveller, "touch");
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `the content is ${content} wide in a window of ${window}`);
  const { link, print } = await fingerprint(page);
  await traveller.picture("raft-phone");
  const other = await traveller.stranger();
  await other.goto(link);
  await other.getByTestId("share").click();
  await other.getByTestId("fingerprint").waitFor();
  assert.equal(await other.getByTestId("fingerprint").innerText(), print);
});

journey("by keyboard alone: steps, a crash, undo and redo, help", async (traveller) => {
  const page = await traveller.open();
  await play(page, false);
  const time = () => page.getByTestId("time").innerText();
  const before = await time();
  await page.keyboard.press("ArrowRight");
  assert.notEqual(await time(), before);
  await page.keyboard.press("c");
  await page.getByTestId("node-n2").focus();
  await page.keyboard.press("Enter");
  assert.match(await page.getByTestId("node-n2").textContent(), /crashed/);
  await page.keyboard.press("Control+z");
  assert.doesNotMatch(await page.getByTestId("node-n2").textContent(), /crashed/);
  await page.keyboard.press("Control+Shift+z");
  assert.match(await page.getByTestId("node-n2").textContent(), /crashed/);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await page.getByRole("dialog").count(), 0);
});

journey("a client asks, a message is dropped, a link is cut one way", async (traveller) => {
  const page = await traveller.open();
  await page.getByTestId("speed").selectOption("200000");
  await until(page, "a leader", async () => leaders(await servers(page)));
  await play(page, false);
  await page.getByTestId("node-c1").click();
  await page.getByTestId("ask-selected").click();
  await page.getByTestId("request-key").fill("greeting");
  await page.getByTestId("request-value").fill("hello");
  await page.getByTestId("request-send").click();
  assert.match(await page.getByTestId("said").textContent(), /c1 is asked: put greeting hello/);

  await until(page, "a message in flight", async () => {
    await page.keyboard.press("ArrowRight");
    return (await page.locator(".flight.flying").count()) ? [true] : [];
  });
  await page.locator(".flight.flying .flight-body").first().click({ force: true });
  await page.getByTestId("drop").click();
  assert.match(await page.getByTestId("said").textContent(), /^dropped: /);

  await page.getByTestId("tool-scissors").click();
  const [from, to] = [await bring(page, "n1"), await bring(page, "n3")];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
  assert.match(await page.getByTestId("said").textContent(), /link n1 → n3 cut/);
  assert.equal(await page.getByTestId("panel-faults").getByRole("listitem").count(), 3);
});

for (const colorScheme of ["light", "dark"]) {
  journey(`nobody is kept out in ${colorScheme} colours`, { colorScheme }, async (traveller) => {
    const page = await traveller.open();
    await page.getByTestId("speed").selectOption("200000");
    await until(page, "a leader", async () => leaders(await servers(page)));
    await play(page, false);
    await part(page, ["n1", "n5", "c1"], ["n2", "n3", "n4"], "mouse");
    await traveller.assertAccessible();
    await traveller.picture(`accessible-${colorScheme}`);
    for (const dialog of ["settings", "share", "help"]) {
      await page.getByTestId(dialog).click();
      await page.getByRole("dialog").waitFor();
      await traveller.assertAccessible();
      await page.keyboard.press("Escape");
    }
  });
}

journey("the other protocol opens, plays and offers its local events", async (traveller) => {
  const page = await traveller.open();
  await page.getByTestId("protocol").selectOption("lamport");
  await page.getByTestId("node-n1").click();
  await play(page, false);
  const cause = page.getByTestId("panel-node").getByRole("button").nth(1);
  await cause.click();
  assert.equal(await page.getByTestId("panel-faults").getByRole("listitem").count(), 1);
});
