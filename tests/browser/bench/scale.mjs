// What a long run costs on the page: to open it, to pan and zoom over a crowd of arrows, and to drag one of them.
// It prints one JSON object for each figure, in nanoseconds.

import { heads } from "../lib/drag.mjs";
import { serveAndLaunch } from "./page.mjs";
import { traced } from "./trace.mjs";

/** A run of a little more than 100,000 events. */
const SCENE = { until: "465s", "settings.clients": "4" };
const EVENTS = 100_000;
/** While the clients are busy. */
const AT = "10s";
const ARROWS = 2_000;
const OPENINGS = 5;
const STEPS = 160;
const DRAGS = 4;
const MOVES = 40;
/** Longer than a frame, in ms. */
const PAUSE = 25;

const { site, browser } = await serveAndLaunch();
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });

const figure = (name, note, samples, measure = "spread-time") =>
  console.log(JSON.stringify({ name: `page: ${name}`, note, measure, samples }));

/** A page at rest, at an instant of a link once all of it is computed. */
async function opened(link) {
  const page = await context.newPage();
  await page.goto(link);
  await page.getByTestId("play").waitFor();
  if (link.includes("#")) await page.waitForFunction(all, EVENTS);
  return page;
}

/** Runs in the page: whether so many events are computed. */
const all = (events) => Number(document.querySelector(".transport").textContent.match(/of (\d+)/)?.[1]) > events;

/** The link of the scene, as the page writes it. */
async function link() {
  const page = await opened(site.url);
  await page.getByTestId("settings").click();
  for (const [field, text] of Object.entries(SCENE)) await page.getByTestId(`field-${field}`).fill(text);
  await page.getByTestId("apply").click();
  await page.waitForFunction(() => location.hash !== "");
  const hash = await page.evaluate(() => location.hash);
  await page.close();
  return hash;
}

/** Runs in the page: the ms from the wish for it until its arrows are painted. */
function painted() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now());
    // What is sent in a frame arrives once that frame is painted.
    const look = () => (document.querySelector("svg .arrow") ? port2.postMessage(null) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  });
}

async function openings(hash) {
  const [first, whole] = [[], []];
  for (let nth = 0; nth < OPENINGS; nth += 1) {
    const page = await context.newPage();
    await page.goto(site.url + hash, { waitUntil: "commit" });
    first.push((await page.evaluate(painted)) * 1e6);
    await page.waitForFunction(all, EVENTS);
    whole.push((await page.evaluate(() => performance.now())) * 1e6);
    await page.close();
  }
  figure("opening a run until it is painted", "of 100,000 events, the page itself included", first);
  figure("opening a run until its end is known", "the same", whole, "time");
}

/** Runs in the page: how many arrows are seen, each with a line of its own, whatever elements hold them. */
function arrows() {
  const diagram = document.querySelector("svg.diagram");
  const { left } = diagram.getBoundingClientRect();
  // The pieces of a crowd go beyond the plot, which cuts them off.
  const { x, width } = diagram.querySelector("svg");
  const [start, end] = [left + x.baseVal.value, left + x.baseVal.value + width.baseVal.value];
  const seen = (path) => {
    const { a, e } = path.getScreenCTM();
    const lines = [...path.getAttribute("d").matchAll(/M([-.\d]+) [-.\d]+L([-.\d]+) /g)];
    return lines.filter(([, from, to]) => a * to + e >= start && a * from + e <= end).length;
  };
  return [...diagram.querySelectorAll(".arrow")].reduce((sum, path) => sum + seen(path), 0);
}

/** Turns the wheel to and fro with a key held. */
async function turn(page, key, step) {
  const box = await page.locator("svg.diagram[role=img]").boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.keyboard.down(key);
  for (let nth = 0; nth < STEPS; nth += 1) {
    await page.mouse.wheel(0, nth % 20 < 10 ? step : -step);
    await page.waitForTimeout(PAUSE);
  }
  await page.keyboard.up(key);
}

async function panAndZoom(hash) {
  const page = await opened(`${site.url}?at=${AT}${hash}`);
  for (let tries = 0; tries < 12 && (await page.evaluate(arrows)) < ARROWS; tries += 1) {
    await page.getByTestId("zoom-out").click();
    await page.waitForTimeout(100);
  }
  const note = `script and layout of a frame, ${await page.evaluate(arrows)} arrows in view`;
  for (const [name, key, step] of [["pan", "Shift", 60], ["zoom", "Control", 20]]) {
    await turn(page, key, step);
    const { input, rest } = await traced(page, "wheel", () => turn(page, key, step));
    figure(name, note, input);
    figure(`${name}, the frames that follow`, "the pieces that are drawn anew after each turn of the wheel", rest);
  }
  await page.close();
}

/** Runs in the page: notes for each move of the pointer when its frame is painted, in ns since the pointer moved. */
function watch() {
  globalThis.painted = [];
  const note = ({ timeStamp }) =>
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => globalThis.painted.push((performance.now() - timeStamp) * 1e6);
      port2.postMessage(null);
    });
  addEventListener("pointermove", note, { capture: true });
}

async function drag(page, from) {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  for (let nth = 0; nth < MOVES; nth += 1) {
    await page.mouse.move(from.x + 8 + 2 * nth, from.y + 3);
    await page.waitForTimeout(PAUSE);
  }
  await page.keyboard.press("Escape");
  await page.mouse.up();
}

async function drags(hash) {
  const page = await opened(`${site.url}?at=${AT}${hash}`);
  // A few hundred arrows have elements of their own, whose heads are found.
  let found = [];
  while (found.length === 0) {
    await page.getByTestId("zoom-in").click();
    await page.waitForTimeout(100);
    found = (await heads(page)).filter(({ x }) => x < 720);
  }
  const some = found.filter((_, nth) => nth % Math.ceil(found.length / DRAGS) === 0);
  const all = async () => {
    for (const head of some) await drag(page, head);
  };
  await all();
  await page.evaluate(watch);
  const work = await traced(page, "pointermove", all);
  const note = `${some.length} arrowheads of a run of 100,000 events`;
  figure("drag until the window is painted", note, await page.evaluate(() => globalThis.painted));
  figure("drag", `script and layout of a frame with a move, ${note}`, work.input);
  figure("drag, the frames that follow", "the rest of the run, in slices", work.rest);
  await page.close();
}

const hash = await link();
await openings(hash);
await panAndZoom(hash);
await drags(hash);
await browser.close();
await site.close();
