// Direct editing: each drag with the real mouse, some with a finger; the run that comes of it is the one that the
// terminal computes from the same edit written by hand.

import assert from "node:assert/strict";
import { events, find, finger, heads, hold, mouse, on, scene, terminal, told } from "../lib/drag.mjs";
import { journey, sizes } from "../lib/journey.mjs";
import { cutOff } from "../lib/lightcone.mjs";

const still = { reducedMotion: "reduce" };
const faults = (page) => page.getByTestId("panel-faults").getByRole("listitem");

/** The page at rest, with its scene as it opens. */
async function atRest(traveller) {
  const page = await traveller.open();
  await page.locator(".diagram .arrow").first().waitFor({ state: "attached" });
  const before = await scene(page);
  assert.equal(before.fingerprint, terminal(before.file), "the page and the terminal begin alike");
  return { page, before };
}

/** A head in the middle of the window that a pointer finds. */
async function aHead(page) {
  const all = await heads(page);
  const at = await find(page, all.slice(4), /from .* to .*, sent at .*arrives|handles a message/);
  return at;
}

/** Takes the edit back, and checks that nothing of it is left. */
async function undone(page, before) {
  await page.getByTestId("undo").click();
  assert.equal((await scene(page)).fingerprint, before.fingerprint);
  assert.equal(await faults(page).count(), 0);
}

/** What the only fault of the panel says: how a message or timer is called, and how long it takes. */
async function moved(page) {
  const words = await faults(page).first().innerText();
  const [, selector, length] = words.match(/^\s*(.*): takes (\S+) instead/) ?? assert.fail(words);
  return { selector, length };
}

async function arrowhead({ page, before }, pointer, from, by) {
  const words = await hold(page, pointer, from, by);
  assert.match(words, /from n\d to n\d.*: [\d.]+ ms \(\+[\d.]+ ms\) · outside the link's 8 to 22 ms · in view: /);
  await pointer.up();
  assert.match(await told(page), /^\d+ events? (is|are) .*first difference at/);
  const { selector, length } = await moved(page);
  const after = await scene(page);
  assert.equal(after.fingerprint, terminal(`${before.file}\n[[intervention]]\non = "${selector}"\nmove = "${length}"\n`));
  assert.notEqual(after.fingerprint, before.fingerprint);
  await undone(page, before);
}

journey("an arrowhead is dragged later by mouse", still, async (traveller) => {
  const scene = await atRest(traveller);
  await arrowhead(scene, mouse(scene.page), await aHead(scene.page), { dx: 45 });
});

journey("an arrowhead is dragged later by a finger on a phone", { ...sizes.phone, ...still }, async (traveller) => {
  const scene = await atRest(traveller);
  await scene.page.getByTestId("diagram").scrollIntoViewIfNeeded();
  await arrowhead(scene, await finger(scene.page), await aHead(scene.page), { dy: 45 });
});

journey("an arrow is dragged off its lane, and is dropped", still, async (traveller) => {
  const { page, before } = await atRest(traveller);
  const pointer = mouse(page);
  const words = await hold(page, pointer, await aHead(page), { dx: 3, dy: 60 });
  const [, selector] = words.match(/^(.*): dropped · in view: /) ?? assert.fail(words);
  await pointer.up();
  const after = await scene(page);
  assert.equal(after.fingerprint, terminal(`${before.file}\n[[intervention]]\non = "${selector}"\ndrop = true\n`));
  await undone(page, before);
});

journey("a timer is dragged so that it fires earlier", still, async (traveller) => {
  const { page, before } = await atRest(traveller);
  const pointer = mouse(page);
  const from = await find(page, await events(page, ""), /has a timer fire/);
  await hold(page, pointer, from, { dx: -40 });
  await pointer.up();
  const { selector, length } = await moved(page);
  assert.match(selector, /^arming /);
  const after = await scene(page);
  assert.equal(after.fingerprint, terminal(`${before.file}\n[[intervention]]\non = "${selector}"\nmove = "${length}"\n`));
  await undone(page, before);
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

/** Opens the menu of a node by key and chooses from one sheet after the other. */
async function choose(page, node, ...items) {
  await page.getByTestId(`node-${node}`).focus();
  await page.keyboard.press("Enter");
  for (const item of items) await page.getByTestId("menu").getByRole("button", { name: item, exact: true }).click();
}

const seek = async (page, steps) => {
  await page.keyboard.press("Home");
  for (let i = 0; i < steps; i += 1) await page.keyboard.press("Shift+ArrowRight");
};

/** The interventions of a file, each with its times. */
const times = (file) =>
  file
    .split("[[intervention]]")
    .slice(1)
    .map((one) => Object.fromEntries([...one.matchAll(/^(at|until) = "(.*)"$/gm)].map(([, name, time]) => [name, time])));

/**
 * Drags a part of a fault and writes the same by hand: the file from before with the instants that the page now tells.
 * `changed` are the times that may differ, as `0.at`.
 */
async function dragFault(page, hit, words, where, dx, changed) {
  const before = await scene(page);
  const pointer = mouse(page);
  await faults(page).filter({ hasText: words }).first().getByRole("button", { name: words }).first().click();
  await hold(page, pointer, await on(page, hit, where), { dx });
  await pointer.up();
  const after = await scene(page);
  const [old, now] = [times(before.file), times(after.file)];
  const differ = now.flatMap((one, i) => Object.keys(one).filter((name) => one[name] !== old[i]?.[name]).map((name) => `${i}.${name}`));
  assert.deepEqual(differ, changed);
  let written = before.file;
  for (const [i, name] of changed.map((place) => place.split("."))) {
    if (old[i]?.[name]) written = written.replace(`${name} = "${old[i][name]}"`, `${name} = "${now[i][name]}"`);
    else written = written.replace(`at = "${old[i].at}"`, `at = "${old[i].at}"\n${name} = "${now[i][name]}"`);
  }
  assert.equal(after.fingerprint, terminal(written));
  assert.notEqual(after.fingerprint, before.fingerprint);
}

journey("a pause is dragged by its edges and as a whole", still, async (traveller) => {
  const { page, before } = await atRest(traveller);
  await seek(page, 30);
  await choose(page, "n3", "Pause");
  await seek(page, 60);
  await choose(page, "n3", "Resume");
  const hit = "spell:1";
  await dragFault(page, hit, /n3 pauses/, "start", 60, ["0.at"]);
  await dragFault(page, hit, /n3 pauses/, "end", 80, ["0.until"]);
  await dragFault(page, hit, /n3 pauses/, "body", -50, ["0.at", "0.until"]);
  for (let i = 0; i < 5; i += 1) await page.getByTestId("undo").click();
  assert.deepEqual(await scene(page), before);
});

journey("a crash is dragged with its restart", still, async (traveller) => {
  const { page } = await atRest(traveller);
  await seek(page, 40);
  await choose(page, "n4", "Crash");
  await seek(page, 60);
  await choose(page, "n4", "Restart");
  await dragFault(page, "down:1", /n4 crashes/, "body", 50, ["0.at", "1.at"]);
  await dragFault(page, "down:1", /n4 crashes/, "start", -40, ["0.at"]);
});

journey("a slow link is dragged by its start", still, async (traveller) => {
  const { page } = await atRest(traveller);
  await seek(page, 40);
  await choose(page, "n2", "Links…", "To n4…", "Slower by 50ms");
  await dragFault(page, "spell:1", /n2 ↔ n4 slower/, "start", 70, ["0.at"]);
});

journey("a partition is dragged by its start", still, async (traveller) => {
  const { page } = await atRest(traveller);
  await seek(page, 40);
  await cutOff(page, "n1", "n5");
  await page.getByTestId("wall").waitFor({ state: "attached" });
  await dragFault(page, "cut:1", /partition/, "start", 70, ["0.at"]);
});

journey("what is selected is moved by keys, and duplicated", still, async (traveller) => {
  const { page, before } = await atRest(traveller);
  const at = await aHead(page);
  await page.mouse.click(at.x, at.y);
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await page.keyboard.press("Alt+ArrowRight");
  assert.match(await told(page), /\(\+11 ms\)/);
  await page.keyboard.press("Escape");
  assert.equal(await faults(page).count(), 0);
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await page.keyboard.press("Enter");
  const { selector, length } = await moved(page);
  const after = await scene(page);
  assert.equal(after.fingerprint, terminal(`${before.file}\n[[intervention]]\non = "${selector}"\nmove = "${length}"\n`));
});
