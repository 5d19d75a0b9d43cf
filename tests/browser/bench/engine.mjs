// What the engine costs: the workloads of tests/bench, natively and in the browser by the clock of the page.
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

/** Runs in the page: one figure's samples, in nanoseconds for a piece of work, or in bytes. */
async function measure([number, { measure: what, count, warmup, warm_after: warmAfter }]) {
  const { default: load, Measured } = await import("/lightcone-bench.js");
  const { memory } = await load();
  const measured = new Measured(number);
  const size = memory.buffer.byteLength;
  const timed = (nth) => {
    measured.prepare(nth);
    const start = performance.now();
    const pieces = measured.sample(nth);
    return ((performance.now() - start) * 1e6) / pieces;
  };
  // Each round is a task of its own: code that was compiled better meanwhile is taken up between tasks.
  const round = async (samples) => {
    const taken = Array.from({ length: samples }, (_, nth) => timed(nth));
    await new Promise((resolve) => setTimeout(resolve));
    return taken;
  };
  if (what === "memory") {
    await round(count);
    return [memory.buffer.byteLength - size];
  }
  const start = performance.now();
  while (performance.now() - start < warmAfter) await round(warmup);
  return await round(count);
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
  return JSON.parse(execFileSync(process.env.LIGHTCONE_NATIVE, [number.toString()])).samples;
}

const ROUNDS = 3;

for (const [number, figure] of (await inPage(list)).entries()) {
  const native = [];
  const wasm = [];
  try {
    const rounds = figure.measure === "memory" ? 1 : ROUNDS;
    for (let round = 0; round < rounds; round += 1) {
      native.push(...natively(number));
      wasm.push(...(await inPage(measure, [number, figure])));
    }
  } catch (error) {
    console.error(`${figure.name} could not be measured: ${error.message}`);
    continue;
  }
  console.log(JSON.stringify({ ...figure, side: "native", samples: native }));
  console.log(JSON.stringify({ ...figure, side: "wasm", samples: wasm }));
}
await browser.close();
await site.close();
