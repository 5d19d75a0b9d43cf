// What one frame of the page costs in script and layout while it plays, with about 200 arrows in view.
// It prints one JSON object for each figure, with the nanoseconds of each round as its samples.

import { serveAndLaunch } from "./page.mjs";

const ROUNDS = 9;
const ROUND_MS = 1_000;
const ARROWS = 200;

const { site, browser } = await serveAndLaunch();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(site.url);
await page.getByTestId("play").waitFor();

const arrows = () => page.locator('[data-testid="diagram"] [data-hit^="arrow:"]').count();
// Zoom out until enough arrows are in view.
for (let tries = 0; tries < 12 && (await arrows()) < ARROWS; tries += 1) {
  await page.getByTestId("zoom-out").click();
  await page.waitForTimeout(100);
}

const session = await page.context().newCDPSession(page);
await session.send("Performance.enable");
const metrics = async () => {
  const { metrics: list } = await session.send("Performance.getMetrics");
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
};
const frames = (ms) =>
  page.evaluate(
    (limit) =>
      new Promise((resolve) => {
        const end = performance.now() + limit;
        let count = 0;
        const tick = (now) => {
          count += 1;
          if (now < end) requestAnimationFrame(tick);
          else resolve(count);
        };
        requestAnimationFrame(tick);
      }),
    ms,
  );

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const [script, layout, seen] = [[], [], []];
for (let round = 0; round < ROUNDS; round += 1) {
  const before = await metrics();
  const count = await frames(ROUND_MS);
  const after = await metrics();
  script.push(((after.ScriptDuration - before.ScriptDuration) / count) * 1e9);
  const laidOut = (name) => after[name] - before[name];
  layout.push(((laidOut("LayoutDuration") + laidOut("RecalcStyleDuration")) / count) * 1e9);
  seen.push(await arrows());
}
const note = `${median(seen)} arrows in view, playing`;
const figure = (name, samples) => console.log(JSON.stringify({ name, note, measure: "time", samples }));
figure("page: script of a frame", script);
figure("page: style and layout of a frame", layout);
await browser.close();
await site.close();
