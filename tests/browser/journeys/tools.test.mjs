// What else a person does: by keyboard alone, with every tool, in both colours, with both protocols.

import { journey } from "../lib/journey.mjs";
import { cutOff, leaders, pause, play, until } from "../lib/lightcone.mjs";

/** The page, paused a little after the first election. */
async function withLeader(traveller) {
  const page = await traveller.open();
  await pause(page);
  await play(page, "200 ms");
  await until(page, (seen) => leaders(seen).length === 1, "a leader");
  await pause(page);
  return page;
}

/** Waits until a part of the page reads so. */
async function reads(page, testId, words) {
  await page.getByTestId(testId).filter({ hasText: words }).waitFor({ state: "attached" });
}

async function middle(page, name) {
  const { x, y, width, height } = await page.getByTestId(`node-${name}`).locator(".body").boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}

journey("by keyboard alone: steps, a crash, undo and redo, help", async (traveller) => {
  const page = await traveller.open();
  await pause(page);
  const time = () => page.getByTestId("time").innerText();
  const event = Number((await time()).match(/event (\d+)/)[1]);
  await page.keyboard.press("ArrowRight");
  await reads(page, "time", new RegExp(`event ${event + 1} of`));
  await page.keyboard.press("c");
  await page.getByTestId("node-n2").focus();
  await page.keyboard.press("Enter");
  await reads(page, "node-n2", /crashed/);
  await page.keyboard.press("Control+z");
  await reads(page, "node-n2", /follower|candidate/);
  await page.keyboard.press("Control+Shift+z");
  await reads(page, "node-n2", /crashed/);
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
});

journey("a client asks, a message is dropped, a link is cut one way", async (traveller) => {
  const page = await withLeader(traveller);
  await page.getByTestId("node-c1").click();
  await page.getByTestId("ask-selected").click();
  await page.getByTestId("request-key").fill("greeting");
  await page.getByTestId("request-value").fill("hello");
  await page.getByTestId("request-send").click();
  await reads(page, "said", /c1 is asked: put greeting hello/);

  // A message that can be clicked and is not lost anyway.
  const drop = page.getByTestId("drop");
  for (let tries = 0; tries < 40 && !(await drop.isVisible()); tries += 1) {
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(100);
    const flying = page.locator(".flight.flying .flight-body").last();
    if (await flying.count()) await flying.click({ force: true });
    await page.waitForTimeout(100);
  }
  await drop.click();
  await reads(page, "said", /message dropped/);

  await page.getByTestId("tool-scissors").click();
  const [from, to] = [await middle(page, "n1"), await middle(page, "n3")];
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 5 });
  await page.mouse.up();
  await reads(page, "said", /link n1 → n3 cut/);
  await reads(page, "panel-faults", /greeting[\s\S]*dropped[\s\S]*n1 → n3/);
});

for (const colorScheme of ["light", "dark"]) {
  journey(`nobody is kept out in ${colorScheme} colours`, { colorScheme }, async (traveller) => {
    const page = await withLeader(traveller);
    await cutOff(page, "n1", "n5");
    await traveller.assertAccessible();
    await traveller.picture(`accessible-${colorScheme}`);
    for (const dialog of ["settings", "share", "help"]) {
      await page.getByTestId(dialog).click();
      await page.getByRole("dialog").waitFor();
      await traveller.assertAccessible();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
  });
}

journey("the other protocol opens, plays and offers its local events", async (traveller) => {
  const page = await traveller.open();
  await page.getByTestId("protocol").selectOption("lamport");
  await pause(page);
  await page.getByTestId("node-n1").click();
  const cause = page.getByTestId("panel-node").getByRole("button").nth(1);
  await cause.click();
  await page.getByTestId("panel-faults").getByRole("listitem").waitFor();
});
