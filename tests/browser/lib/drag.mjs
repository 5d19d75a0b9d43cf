// Dragging on the diagram, with the mouse or a finger, and the same edit in the terminal.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { painted } from "./lightcone.mjs";

const TERMINAL = process.env.LIGHTCONE_CLI ?? fileURLToPath(new URL("../../../target/debug/lightcone", import.meta.url));

/** The fingerprint of a scene as the terminal computes it from a file. */
export function terminal(toml) {
  const folder = mkdtempSync(join(tmpdir(), "lightcone-"));
  try {
    const file = join(folder, "scene.toml");
    writeFileSync(file, toml);
    return execFileSync(TERMINAL, ["run", file, "--fingerprint"], { encoding: "utf8" }).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The scene as a file, and the fingerprint of its run, as the page tells them. */
export async function scene(page) {
  await page.getByTestId("share").click();
  const fingerprint = await page.getByTestId("fingerprint").innerText();
  const file = await page.getByTestId("file").inputValue();
  await page.getByTestId("close").click();
  return { fingerprint, file };
}

/** What the line below the diagram says. */
export async function told(page) {
  await painted(page);
  return page.getByTestId("change").textContent();
}

/** The pointer as a mouse. */
export function mouse(page) {
  return {
    down: async ({ x, y }) => {
      await page.mouse.move(x, y);
      await page.mouse.down();
    },
    move: ({ x, y }) => page.mouse.move(x, y),
    up: () => page.mouse.up(),
  };
}

/** The pointer as a finger. */
export async function finger(page) {
  const session = await page.context().newCDPSession(page);
  const touch = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  return {
    down: (at) => touch("touchStart", [at]),
    move: (at) => touch("touchMove", [at]),
    up: () => touch("touchEnd", []),
  };
}

/** Drags from a point by so many px and says what is told before the pointer goes up, which is left to the caller. */
export async function hold(page, pointer, from, { dx = 0, dy = 0 }) {
  await pointer.down(from);
  for (const share of [0.3, 0.7, 1]) await pointer.move({ x: from.x + dx * share, y: from.y + dy * share });
  await page.waitForFunction(() => document.querySelector('[data-testid="change"]').textContent !== "");
  return told(page);
}

/** Where the heads of arrows are, earliest first: what each stands for and its tip in the window's coordinates. */
export async function heads(page) {
  const found = await page.locator('.diagram path.arrow[data-hit^="arrow:"]').evaluateAll((paths) =>
    paths.map((path) => {
      const steps = path.getAttribute("d").match(/M[^M]*L[^MZ]*(?=M|Z|$)/g) ?? [];
      const line = steps.find((step) => step.includes("L"));
      const numbers = line.split("L").pop().match(/-?[\d.]+/g).map(Number);
      const tip = new DOMPoint(numbers[0], numbers[1]).matrixTransform(path.getScreenCTM());
      return { hit: path.dataset.hit, x: tip.x, y: tip.y };
    }),
  );
  return found;
}

/** The middles of the events of some class. */
export async function events(page, kind) {
  return page.locator(`.diagram [data-hit^="event:"]${kind}`).evaluateAll((marks) =>
    marks.map((mark) => {
      const box = mark.getBoundingClientRect();
      return { hit: mark.dataset.hit, x: box.x + box.width / 2, y: box.y + box.height / 2 };
    }),
  );
}

/** Moves the pointer along candidates until the page says what is wanted of what lies there. */
export async function find(page, candidates, words) {
  for (const at of candidates) {
    await page.mouse.move(at.x, at.y);
    const hint = await page.locator(".chart-hint").textContent();
    if (words.test(hint)) return at;
  }
  throw new Error(`nothing here is ${words}`);
}

/** A point on the mark of a fault that is selected: at its start, in its middle, or at its end along time. */
export async function on(page, hit, where) {
  const boxes = await page.locator(`.diagram [data-hit="${hit}"]`).evaluateAll((marks) =>
    marks.map((mark) => mark.getBoundingClientRect()).map(({ left, right, top, bottom }) => ({ left, right, top, bottom })),
  );
  const longest = boxes.reduce((best, box) => (box.right - box.left > best.right - best.left ? box : best));
  const { left, right, top, bottom } = longest;
  const x = { start: left + 1, body: (left + right) / 2, end: right - 1 }[where];
  return { x, y: (top + bottom) / 2 };
}

export const faults = (page) => page.getByTestId("panel-faults").getByRole("listitem");

/** The page at rest, with its scene as it opens. */
export async function atRest(traveller) {
  const page = await traveller.open();
  await page.locator(".diagram .arrow").first().waitFor({ state: "attached" });
  const before = await scene(page);
  assert.equal(before.fingerprint, terminal(before.file), "the page and the terminal begin alike");
  return { page, before };
}

/** A head in the middle of the window that a pointer finds. */
export async function aHead(page) {
  const all = await heads(page);
  return find(page, all.slice(4), /from .* to .*, sent at .*arrives|handles a message/);
}

/** Takes the edit back, and checks that nothing of it is left. */
export async function undone(page, before) {
  await page.getByTestId("undo").click();
  assert.equal((await scene(page)).fingerprint, before.fingerprint);
  assert.equal(await faults(page).count(), 0);
}

/** What the only fault of the panel says: how a message or timer is called, and how long it takes. */
export async function moved(page) {
  const words = await faults(page).first().innerText();
  const [, selector, length] = words.match(/^\s*(.*): takes (\S+) instead/) ?? assert.fail(words);
  return { selector, length };
}

/** Checks that the run is the one that the terminal computes from the scene of before and this. */
export async function isWritten(page, before, toml) {
  const after = await scene(page);
  assert.equal(after.fingerprint, terminal(before.file + toml));
  assert.notEqual(after.fingerprint, before.fingerprint);
}

/** Opens the menu of a node by key and chooses from one sheet after the other. */
export async function choose(page, node, ...items) {
  await page.getByTestId(`node-${node}`).focus();
  await page.keyboard.press("Enter");
  for (const item of items) await page.getByTestId("menu").getByRole("button", { name: item, exact: true }).click();
}

/** Puts the playhead so many times ten milliseconds from the start. */
export async function seek(page, steps) {
  await page.keyboard.press("Home");
  for (let i = 0; i < steps; i += 1) await page.keyboard.press("Shift+ArrowRight");
}

/** The interventions of a file, each with its times. */
const times = (file) =>
  file
    .split("[[intervention]]")
    .slice(1)
    .map((one) => Object.fromEntries([...one.matchAll(/^(at|until) = "(.*)"$/gm)].map(([, name, time]) => [name, time])));

/**
 * Drags from a point, and writes the same by hand: the file from before with the instants that the page now tells.
 * `changed` are the times that may differ, as `0.at`.
 */
export async function dragTimes(page, pointer, from, dx, changed) {
  const before = await scene(page);
  await hold(page, pointer, await from(), { dx });
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

/** Drags a part of the mark of a fault, once it is selected in the panel. */
export async function dragFault(page, pointer, [hit, words, where, dx, ...changed]) {
  const from = async () => {
    await faults(page).filter({ hasText: words }).first().getByRole("button", { name: words }).first().click();
    return on(page, hit, where);
  };
  await dragTimes(page, pointer, from, dx, changed);
}
