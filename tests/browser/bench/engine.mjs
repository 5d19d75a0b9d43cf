// What the engine or placement costs: the workloads of tests/bench, natively and in the browser by the clock of the page.
// The two take turns, because a machine that others use, too, is not equally quick all the time.
// It prints one JSON object for each figure and side.

import { execFileSync } from "node:child_process";
import { chromium } from "playwright-core";
import { serveFolder } from "../lib/server.mjs";

// A page that is isolated from others is given a clock of 5 µs instead of one of 100.
const ISOLATED = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

const site = await serveFolder(process.env.LIGHTCONE_BENCH, ISOLATED);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
  args: ["--disable-gpu", "--disable-background-networking", "--no-first-run"],
});

/** Runs in the page: all figures, as they describe themselves. */
async function list() {
  const { default: load, figures } = await import("/lightcone-bench.js");
  await load();
  return JSON.parse(figures());
}

/** Runs in the page: one figure's samples, in nanoseconds for a piece of work, or in bytes; and the yardstick's. */
async function measure([number, { measure: what, count, warmup, warm_after: warmAfter }]) {
  const { default: load, Measured } = await import("/lightcone-bench.js");
  const { memory } = await load();
  const measured = new Measured(number);
  const size = memory.buffer.byteLength;
  if (what === "memory") {
    measured.prepare(0);
    measured.sample(0);
    return { samples: [memory.buffer.byteLength - size] };
  }
  const nanoseconds = (work) => {
    const start = performance.now();
    const made = work();
    return [(performance.now() - start) * 1e6, made];
  };
  const walked = () => {
    measured.walk();
    return nanoseconds(() => measured.walk())[0];
  };
  const timed = (nth) => {
    measured.prepare(nth);
    const before = walked();
    const [taken, pieces] = nanoseconds(() => measured.sample(nth));
    const after = walked();
    return [taken / pieces, before + after];
  };
  // Each round is a task of its own: code that was compiled better meanwhile is taken up between tasks.
  const round = async (samples) => {
    const taken = Array.from({ length: samples }, (_, nth) => timed(nth));
    await new Promise((resolve) => setTimeout(resolve));
    return taken;
  };
  const start = performance.now();
  while (performance.now() - start < warmAfter) await round(warmup);
  const taken = await round(count);
  return { samples: taken.map(([sample]) => sample), yardsticks: taken.map(([, yardstick]) => yardstick) };
}

/** In a page of its own, whose memory goes with it. */
async function inPage(run, argument) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(site.url);
    return await page.evaluate(run, argument);
  } finally {
    await context.close();
  }
}

/** In a process of its own. */
function natively(number) {
  return JSON.parse(execFileSync(process.env.LIGHTCONE_NATIVE, [number.toString()]));
}

/** Appends what one pass measured. */
function add(all, { samples, yardsticks = [] }) {
  all.samples.push(...samples);
  all.yardsticks.push(...yardsticks);
}

// Few passes are needed when nobody disturbs, more when somebody does; nobody knows which it is.
const PASSES = 3;
const SECONDS = 20;

for (const [number, figure] of (await inPage(list)).entries()) {
  if (figure.part !== process.env.LIGHTCONE_PART) continue;
  const native = { samples: [], yardsticks: [] };
  const wasm = { samples: [], yardsticks: [] };
  try {
    const start = performance.now();
    const enough = (pass) => figure.measure === "memory" || (pass >= PASSES && performance.now() - start > SECONDS * 1e3);
    for (let pass = 0; pass === 0 || !enough(pass); pass += 1) {
      add(native, natively(number));
      add(wasm, await inPage(measure, [number, figure]));
    }
  } catch (error) {
    console.error(`${figure.name} could not be measured: ${error.message}`);
    continue;
  }
  console.log(JSON.stringify({ ...figure, side: "native", ...native }));
  console.log(JSON.stringify({ ...figure, side: "wasm", ...wasm }));
}
await browser.close();
await site.close();
