// How smooth the page stays while its worker searches 100,000 states and the timeline is scrubbed, and how long it takes
// until a search that is cancelled says so. It prints one JSON object for each figure, in nanoseconds.

import { serveAndLaunch } from "./page.mjs";

const STATES = 100_000;
const CANCELS = 5;
/** Between two moves of the pointer, in ms. */
const MOVE = 16;

const { site, browser } = await serveAndLaunch();
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(site.url);
await page.getByTestId("play").waitFor();

/** Begins a search that goes on for longer than anyone looks. */
async function begin() {
  await page.getByTestId("hunt").click();
  const bounds = { crashes: 2, timeouts: 4, requests: 2, states: 10_000_000 };
  for (const [name, number] of Object.entries(bounds)) await page.getByTestId(`field-hunt.${name}`).fill(String(number));
  await page.getByTestId("hunt-begin").click();
  await page.getByTestId("hunt-facts").waitFor();
}

/** Runs in the page: scrubs to and fro until so many states are searched, and tells the ms of every frame. */
function scrub([states, every]) {
  const strip = document.querySelector('[data-testid="scrub"]');
  const { left, top, width, height } = strip.getBoundingClientRect();
  const send = (type, share) => {
    const at = { clientX: left + width * share, clientY: top + height / 2, pointerId: 1, buttons: 1, bubbles: true };
    strip.dispatchEvent(new PointerEvent(type, at));
  };
  const searched = () => Number(document.querySelector('[data-testid="hunt"]').textContent.match(/([\d,]+) states/)?.[1].replaceAll(",", ""));
  return new Promise((resolve) => {
    const frames = [];
    let moves = 0;
    let before;
    const start = performance.now();
    send("pointerdown", 0);
    const timer = setInterval(() => send("pointermove", 0.5 - 0.5 * Math.cos((moves += 1) / 40)), every);
    const tick = (now) => {
      if (before !== undefined) frames.push(now - before);
      before = now;
      if (searched() < states) return requestAnimationFrame(tick);
      clearInterval(timer);
      send("pointerup", 0.5);
      resolve({ frames, taken: performance.now() - start });
    };
    requestAnimationFrame(tick);
  });
}

/** Runs in the page: cancels, and tells the ms until the page says that it is so. */
function cancel() {
  return new Promise((resolve) => {
    const start = performance.now();
    const look = () => {
      if (document.querySelector('[data-testid="hunt-begin"]')) resolve(performance.now() - start);
      else requestAnimationFrame(look);
    };
    document.querySelector('[data-testid="hunt-stop"]').click();
    look();
  });
}

await begin();
await page.getByRole("button", { name: "Search on behind" }).click();
const { frames, taken } = await page.evaluate(scrub, [STATES, MOVE]);
await page.getByTestId("hunt").click();
const cancels = [await page.evaluate(cancel)];
await page.getByTestId("close").click();
while (cancels.length < CANCELS) {
  await begin();
  await page.waitForTimeout(500);
  cancels.push(await page.evaluate(cancel));
  await page.getByTestId("close").click();
}

const figure = (name, note, measure, samples) =>
  console.log(JSON.stringify({ name: `page: ${name}`, note, measure, samples: samples.map((ms) => ms * 1e6) }));
const note = `${frames.length} frames, scrubbed while its worker searches 100,000 states`;
figure("a frame beside a search", note, "worst-time", frames);
figure("searching 100,000 states", "in the worker meanwhile", "time", [taken]);
figure("cancelling a search", "until the page says so", "worst-time", cancels);
await browser.close();
await site.close();
