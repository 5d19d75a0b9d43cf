// What a person does with the page and reads from it.

/** Waits until what was done last is painted: on a busy machine a key is answered before the page has drawn it. */
export const painted = (page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

/** The middle of an element, in the window's coordinates. */
async function middle(page, testId) {
  const box = await page.getByTestId(testId).boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

const between = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/** The servers as they are shown: name, term, role. */
export async function servers(page) {
  const texts = await page.locator('[data-testid^="node-n"]').allTextContents();
  return texts.map((text) => {
    const [, name, term, role] = text.match(/(n\d)\s*term (\d+)\s*(leader|candidate|follower)?/) ?? [];
    return { name, term: Number(term), role };
  });
}

/** Waits until the servers are as `wanted` says. */
export async function until(page, wanted, what) {
  const end = Date.now() + 40_000;
  for (;;) {
    const seen = await servers(page);
    if (wanted(seen)) return seen;
    if (Date.now() > end) throw new Error(`never seen: ${what}; last: ${JSON.stringify(seen)}`);
    await page.waitForTimeout(40);
  }
}

export const leaders = (seen) => seen.filter(({ role }) => role === "leader");

/** Plays so many milliseconds of virtual time in each second. */
export async function play(page, speed) {
  await page.getByTestId("speed").selectOption({ label: speed });
  await page.getByRole("button", { name: "Play", exact: true }).click();
}

export async function pause(page) {
  const button = page.getByRole("button", { name: "Pause", exact: true });
  if (await button.isVisible()) await button.click();
}

/**
 * Draws a line across the stage with the mouse that leaves the client and the leader with one other server on one
 * side. Servers stand on a ring in the order of their numbers, the client on the left.
 */
export async function cutOff(page, leader, companion) {
  await page.getByTestId("tool-split").click();
  const stage = await page.getByTestId("stage").boundingBox();
  const names = ["n1", "n2", "n3", "n4", "n5"];
  const places = await Promise.all(names.map((name) => middle(page, `node-${name}`)));
  const apart = [leader, companion, "c1"];
  // A lasso around the three: their places, pushed outwards from their common centre.
  const inside = await Promise.all(apart.map((name) => middle(page, `node-${name}`)));
  const centre = inside.reduce((sum, p) => ({ x: sum.x + p.x / 3, y: sum.y + p.y / 3 }), { x: 0, y: 0 });
  const reach = Math.min(...places.map((p, i) => distance(p, places[(i + 1) % places.length]))) * 0.45;
  const hull = ring(inside, centre, reach).map((p) => clamp(p, stage));
  await page.mouse.move(hull[0].x, hull[0].y);
  await page.mouse.down();
  for (const [i, p] of [...hull.slice(1), hull[0]].entries()) {
    const half = between(hull[i], p);
    await page.mouse.move(half.x, half.y);
    await page.mouse.move(p.x, p.y);
  }
  await page.mouse.up();
}

const distance = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

/** Points around all of `inside`, `reach` away from each, in the order of their angle. */
function ring(inside, centre, reach) {
  const points = inside.flatMap((p) =>
    Array.from({ length: 12 }, (_, i) => {
      const angle = (i * Math.PI) / 6;
      return { x: p.x + reach * Math.cos(angle), y: p.y + reach * Math.sin(angle) };
    }),
  );
  return convex(points, centre);
}

/** The convex hull, by gift wrapping. */
function convex(points) {
  const start = points.reduce((least, p) => (p.x < least.x ? p : least));
  const hull = [start];
  for (;;) {
    const here = hull[hull.length - 1];
    const next = points.reduce((best, p) => {
      const cross = (best.x - here.x) * (p.y - here.y) - (best.y - here.y) * (p.x - here.x);
      return best === here || cross < 0 ? p : best;
    }, here);
    if (next === start || hull.length > points.length) return hull;
    hull.push(next);
  }
}

function clamp(p, box) {
  return {
    x: Math.min(Math.max(p.x, box.x + 3), box.x + box.width - 3),
    y: Math.min(Math.max(p.y, box.y + 3), box.y + box.height - 3),
  };
}

/** The table of all logs: for each server its cells, all read at one instant. */
export function logs(page) {
  return page
    .locator('[data-testid="cluster"] tbody tr')
    .evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td, th")].map((cell) => cell.textContent.trim())));
}

/** Opens the share dialog and reads it. */
export async function share(page) {
  await page.getByTestId("share").click();
  const fingerprint = await page.getByTestId("fingerprint").innerText();
  const link = await page.getByTestId("link").inputValue();
  return { fingerprint, link };
}
