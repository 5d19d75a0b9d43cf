// What a journey does and reads on the stage.

import assert from "node:assert/strict";

const PATIENCE = 40_000;

/** Asks again and again until the answer is not empty. */
export async function until(page, what, ask) {
  const end = Date.now() + PATIENCE;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer.length) return answer;
    await page.waitForTimeout(60);
  }
  assert.fail(`in vain: ${what}`);
}

/** Lets time pass, or stops it. */
export async function play(page, wanted) {
  const button = page.getByTestId("play");
  if (((await button.getAttribute("aria-label")) === "Pause") !== wanted) await button.click();
}

/** The servers as the stage shows them: name, role, term, log. */
export async function servers(page) {
  return page.evaluate(() =>
    [...document.querySelectorAll('[data-testid^="node-n"]')].map((node) => ({
      name: node.querySelector(".name").textContent,
      role: node.querySelector(".role").textContent,
      term: node.querySelector(".badge").textContent,
      log: node.querySelector(".log")?.textContent ?? "",
    })),
  );
}

/** The centre of a participant, in px of the window. */
export async function bring(page, name) {
  const { x, y, width, height } = await page.getByTestId(`node-${name}`).locator(".body").boundingBox();
  return { x: x + width / 2, y: y + height / 2 };
}

/** Draws a lasso around some participants with the tool Split, leaving the others outside. */
export async function part(page, inside, outside, how) {
  await page.getByTestId("tool-split").click();
  await page.getByTestId("stage").scrollIntoViewIfNeeded();
  const at = async (names) => Promise.all(names.map((name) => bring(page, name)));
  const path = around(await at(inside), await at(outside), (await box(page)).radius);
  await (how === "touch" ? touch(page, path) : mouse(page, path));
  const said = await page.getByTestId("said").textContent();
  const groups = said.match(/^partition (.*), [\d.]+ ms$/)?.[1].split(" | ").map((group) => group.split(" ").sort().join(" "));
  assert.ok(groups?.includes([...inside].sort().join(" ")), `"${said}" does not part ${inside.join(" ")}`);
  await page.getByTestId("tool-select").click();
}

async function box(page) {
  const { width } = await page.getByTestId("node-n1").locator(".body").boundingBox();
  return { radius: width / 2 };
}

/** A closed path that goes from each wanted place to the next and back, as a band around the ways between them. */
function around(inside, outside, radius) {
  const tree = [inside[0]];
  const path = [];
  const off = radius * 0.5;
  // A star from the first place: out along one side of the way, around its end, back along the other side.
  for (const place of inside.slice(1)) {
    const way = direct(tree[0], place, outside, radius);
    const [forth, back] = [side(way, off), side(way, -off).reverse()];
    path.push(...forth, ...back);
  }
  path.push(path[0]);
  return path;
}

/** The way from one place to another, bent around whoever is not wanted. */
function direct(from, to, outside, radius) {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const normal = { x: -(to.y - from.y) / length, y: (to.x - from.x) / length };
  const clear = (bend) => {
    const way = bow(from, to, { x: middle.x + normal.x * bend, y: middle.y + normal.y * bend });
    return way.every((p) => outside.every((o) => Math.hypot(p.x - o.x, p.y - o.y) > radius * 1.1)) && way;
  };
  for (const bend of [0, 40, -40, 80, -80, 120, -120]) {
    const way = clear(bend);
    if (way) return way;
  }
  return bow(from, to, middle);
}

function bow(from, to, over) {
  return Array.from({ length: 21 }, (_, i) => {
    const t = i / 20;
    const mix = (a, b, c) => (1 - t) * (1 - t) * a + 2 * t * (1 - t) * b + t * t * c;
    return { x: mix(from.x, over.x, to.x), y: mix(from.y, over.y, to.y) };
  });
}

/** The way moved to its side, and a little longer at both ends. */
function side(way, off) {
  const [first, last] = [way[0], way[way.length - 1]];
  const length = Math.hypot(last.x - first.x, last.y - first.y);
  const along = { x: ((last.x - first.x) / length) * 12, y: ((last.y - first.y) / length) * 12 };
  const normal = { x: (-along.y / 12) * off, y: (along.x / 12) * off };
  return way.map((p, i) => {
    const reach = i === 0 ? -1 : i === way.length - 1 ? 1 : 0;
    return { x: p.x + normal.x + along.x * reach, y: p.y + normal.y + along.y * reach };
  });
}

async function mouse(page, path) {
  await page.mouse.move(path[0].x, path[0].y);
  await page.mouse.down();
  for (const { x, y } of path) await page.mouse.move(x, y);
  await page.mouse.up();
}

async function touch(page, path) {
  const session = await page.context().newCDPSession(page);
  const send = (type, points) => session.send("Input.dispatchTouchEvent", { type, touchPoints: points });
  await send("touchStart", [path[0]]);
  for (const point of path) await send("touchMove", [point]);
  await send("touchEnd", []);
}

/** The link and the fingerprint in the share dialog. */
export async function fingerprint(page) {
  await page.getByTestId("share").click();
  await page.getByTestId("fingerprint").waitFor();
  const link = await page.getByTestId("link").inputValue();
  const print = await page.getByTestId("fingerprint").innerText();
  await page.getByTestId("close").click();
  return { link, print };
}
