// Direct editing: each drag with the real mouse and with a finger; the run that comes of it is the one that the terminal
// computes from the same edit written by hand.

import assert from "node:assert/strict";
import {
  aHead, atRest, choose, dragFault, dragTimes, events, faults, find, finger, heads, hold, isWritten, mouse, moved, scene,
  seek, told, undone,
} from "../lib/drag.mjs";
import { journey, sizes } from "../lib/journey.mjs";
import { cutOff } from "../lib/lightcone.mjs";

const still = { reducedMotion: "reduce" };
const POINTERS = [
  ["the mouse", mouse, still],
  ["a finger", finger, { hasTouch: true, ...still }],
];

/** Drags an arrowhead; what is told says by how much it was moved. */
async function arrowhead({ page, before }, pointer, by, said) {
  const words = await hold(page, pointer, await aHead(page), by);
  assert.match(words, said);
  await pointer.up();
  assert.match(await told(page), /^\d+ events? (is|are) .*first difference at/);
  const { selector, length } = await moved(page);
  await isWritten(page, before, `\n[[intervention]]\non = "${selector}"\nmove = "${length}"\n`);
  await undone(page, before);
}

const LATER = /from n\d to n\d.*: [\d.]+ ms \(\+[\d.]+ ms\) · outside the link's 8 to 22 ms · in view: /;

async function offItsLane({ page, before }, pointer) {
  const words = await hold(page, pointer, await aHead(page), { dx: 3, dy: 60 });
  const [, selector] = words.match(/^(.*): dropped · in view: /) ?? assert.fail(words);
  await pointer.up();
  await isWritten(page, before, `\n[[intervention]]\non = "${selector}"\ndrop = true\n`);
  await undone(page, before);
}

async function timer({ page, before }, pointer) {
  const from = await find(page, await events(page, ""), /has a timer fire/);
  await hold(page, pointer, from, { dx: -40 });
  await pointer.up();
  const { selector, length } = await moved(page);
  assert.match(selector, /^arming /);
  await isWritten(page, before, `\n[[intervention]]\non = "${selector}"\nmove = "${length}"\n`);
  await undone(page, before);
}

const asked = (page, when) => async () => find(page, await events(page, ".invoke"), when);

/** What a client asks by itself comes later when it pauses; what someone asked comes when it is put. */
async function request({ page, before }, pointer) {
  await hold(page, pointer, await asked(page, /is asked for an operation/)(), { dx: 50 });
  await pointer.up();
  const { file } = await scene(page);
  const [, at, until] = file.match(/\[\[intervention\]\]\s+at = "(.*)"\s+until = "(.*)"\s+pause = "c1"/) ?? assert.fail(file);
  await isWritten(page, before, `\n[[intervention]]\nat = "${at}"\nuntil = "${until}"\npause = "c1"\n`);
  await undone(page, before);
  await seek(page, 20);
  await page.getByTestId("node-c1").focus();
  await page.keyboard.press("r");
  await page.keyboard.press("Enter");
  await page.getByTestId("request-send").click();
  await dragTimes(page, pointer, asked(page, /is asked for an operation at 200 ms/), -60, ["0.at"]);
}

async function pause({ page, before }, pointer) {
  await seek(page, 30);
  await choose(page, "n3", "Pause");
  await seek(page, 60);
  await choose(page, "n3", "Resume");
  await dragFault(page, pointer, ["spell:1", /n3 pauses/, "start", 60, "0.at"]);
  await dragFault(page, pointer, ["spell:1", /n3 pauses/, "end", 80, "0.until"]);
  await dragFault(page, pointer, ["spell:1", /n3 pauses/, "body", -50, "0.at", "0.until"]);
  for (let i = 0; i < 5; i += 1) await page.getByTestId("undo").click();
  assert.deepEqual(await scene(page), before);
}

async function crash({ page }, pointer) {
  await seek(page, 40);
  await choose(page, "n4", "Crash");
  await seek(page, 60);
  await choose(page, "n4", "Restart");
  await dragFault(page, pointer, ["down:1", /n4 crashes/, "body", 50, "0.at", "1.at"]);
  await dragFault(page, pointer, ["down:1", /n4 crashes/, "start", -40, "0.at"]);
}

async function slowLink({ page }, pointer) {
  await seek(page, 40);
  await choose(page, "n2", "Links…", "To n4…", "Slower by 50ms");
  await dragFault(page, pointer, ["spell:1", /n2 ↔ n4 slower/, "start", 70, "0.at"]);
}

async function partition({ page }, pointer) {
  await seek(page, 40);
  await cutOff(page, "n1", "n5");
  await page.getByTestId("wall").waitFor({ state: "attached" });
  await dragFault(page, pointer, ["cut:1", /partition/, "start", 70, "0.at"]);
  await dragFault(page, pointer, ["cut:1", /partition/, "body", -30, "0.at"]);
}

const DRAGS = [
  ["an arrowhead is dragged later", (scene, pointer) => arrowhead(scene, pointer, { dx: 45 }, LATER)],
  ["an arrowhead is dragged earlier", (scene, pointer) => arrowhead(scene, pointer, { dx: -7 }, / ms \(−[\d.]+ ms\) .*in view: /)],
  ["an arrow is dragged off its lane, and is dropped", offItsLane],
  ["a timer is dragged so that it fires earlier", timer],
  ["a client's requests are dragged along its lane", request],
  ["a pause is dragged by its edges and as a whole", pause],
  ["a crash is dragged with its restart", crash],
  ["a slow link is dragged by its start", slowLink],
  ["a partition is dragged by its start and as a whole", partition],
];

for (const [pointer, take, options] of POINTERS) {
  for (const [what, drag] of DRAGS) {
    journey(`${what} by ${pointer}`, options, async (traveller) => {
      const scene = await atRest(traveller);
      await drag(scene, await take(scene.page));
    });
  }
}

journey("an arrowhead is dragged later by a finger on a phone", { ...sizes.phone, ...still }, async (traveller) => {
  const scene = await atRest(traveller);
  await scene.page.getByTestId("diagram").scrollIntoViewIfNeeded();
  await arrowhead(scene, await finger(scene.page), { dy: 45 }, LATER);
});

journey("escape in the middle of a drag leaves nothing behind", still, async (traveller) => {
  const { page, before } = await atRest(traveller);
  const pointer = mouse(page);
  const from = await aHead(page);
  await hold(page, pointer, from, { dx: 60 });
  await page.keyboard.press("Escape");
  await pointer.up();
  assert.equal(await faults(page).count(), 0);
  assert.ok(await page.getByTestId("undo").isDisabled());
  // Back where it began is no edit either.
  await hold(page, pointer, from, { dx: 60 });
  await pointer.move(from);
  await pointer.up();
  assert.equal(await faults(page).count(), 0);
  assert.deepEqual(await scene(page), before);
});

journey("what is selected is moved by keys, and duplicated", still, async (traveller) => {
  const { page, before } = await atRest(traveller);
  const says = (words) => page.getByTestId("change").filter({ hasText: words }).waitFor({ state: "attached" });
  const at = await aHead(page);
  await page.mouse.click(at.x, at.y);
  await page.getByTestId("panel-why").first().waitFor();
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await says("(+10 ms)");
  await page.keyboard.press("Alt+ArrowRight");
  await says("(+11 ms)");
  await page.keyboard.press("Escape");
  await says("let go");
  assert.equal(await faults(page).count(), 0);
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await says("(+10 ms)");
  await page.keyboard.press("Enter");
  const { selector, length } = await moved(page);
  await isWritten(page, before, `\n[[intervention]]\non = "${selector}"\nmove = "${length}"\n`);
  await undone(page, before);
  // A message is selected by its line or its head; an event that handles it has no copy.
  const line = await find(page, (await heads(page)).map((head) => ({ ...head, y: head.y - 9 })), /from .* to .*, sent at/);
  await page.mouse.click(line.x, line.y);
  await page.getByTestId("duplicate").waitFor();
  await page.keyboard.press("d");
  await faults(page).first().waitFor();
  const { file } = await scene(page);
  const [, copied] = file.match(/on = "(.*)"/) ?? assert.fail(file);
  // The name of a copy grows from the id of what made it, and an id that was taken back is not used again.
  const [id = ""] = file.match(/^id = \d+$/m) ?? [];
  await isWritten(page, before, `\n[[intervention]]\n${id}\non = "${copied}"\nduplicate = true\n`);
  assert.ok((await page.locator(".diagram .arrow.copy").count()) > 0, "the copy is drawn");
});

journey("on a FIFO link the messages behind move along, and the person is told", still, async (traveller) => {
  const { page } = await atRest(traveller);
  await page.getByTestId("settings").click();
  await page.locator('[id="field-network.order"]').selectOption("fifo");
  await page.getByTestId("apply").click();
  await page.getByTestId("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("Home");
  const before = await scene(page);
  assert.match(before.file, /fifo/);
  const pointer = mouse(page);
  let words = "";
  for (const from of (await heads(page)).slice(-40)) {
    await page.mouse.move(from.x, from.y);
    if (!/arrives|handles/.test(await page.locator(".chart-hint").textContent())) continue;
    words = await hold(page, pointer, from, { dx: 120 });
    if (/FIFO: \d+ behind it move along/.test(words)) break;
    await page.keyboard.press("Escape");
    await pointer.up();
  }
  assert.match(words, /FIFO: \d+ behind it move along/);
  await pointer.up();
  const { selector, length } = await moved(page);
  await isWritten(page, before, `\n[[intervention]]\non = "${selector}"\nmove = "${length}"\n`);
});
