// A journey is one test in a fresh browser context on the built page. It fails by an assertion of its own, and also if
// the page writes an error to the console, throws, or asks for anything that is not on the test's own servers.

import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serveFolder, servePages } from "./server.mjs";

const HERE = fileURLToPath(new URL("..", import.meta.url));
const PAGE = process.env.LIGHTCONE_PAGE ?? join(HERE, "../../dist");
const RESULTS = join(HERE, "results");
const TEST_LIMIT = 120_000;
const STEP_LIMIT = 15_000;

// A closed network makes Chromium's own background traffic loud; root needs --no-sandbox, which Playwright passes.
const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Windows to look through. */
export const sizes = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
};

let browser;
let site;

before(async () => {
  site = await serveFolder(PAGE);
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: FLAGS });
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/**
 * Declares a journey. `options` are Playwright's context options, e.g. `sizes.phone` or `{ colorScheme: "dark" }`.
 * The body gets a `Traveller`.
 */
export function journey(name, ...rest) {
  const body = rest.pop();
  const options = { ...sizes.desktop, ...rest.pop() };
  test(name, { timeout: TEST_LIMIT }, async () => {
    const traveller = await Traveller.setOut(options);
    try {
      await body(traveller);
      assert.deepEqual(traveller.troubles, [], "the page reported trouble");
    } catch (error) {
      await traveller.picture(`failed-${name}`).catch(() => {});
      throw error;
    } finally {
      await traveller.goHome();
    }
  });
}

/** One person at one browser: a page, and what can be done besides clicking. */
class Traveller {
  /** What the page complained about so far. A journey that provokes an error takes it out of this list. */
  troubles = [];
  #servers = [];
  #strangers = [];

  static async setOut(options) {
    const traveller = new Traveller();
    traveller.context = await browser.newContext(options);
    traveller.context.setDefaultTimeout(STEP_LIMIT);
    traveller.context.on("page", (page) => traveller.#watch(page));
    traveller.page = await traveller.context.newPage();
    return traveller;
  }

  /** The address of the built page. */
  get site() {
    return site.url;
  }

  /** Opens the page, at `?embed#...` if such a rest is given, and waits until it has drawn itself. */
  async open(rest = "") {
    await this.page.goto(site.url + rest);
    // The first page of a run on a busy machine compiles a while.
    await this.page.locator("main").first().waitFor({ timeout: 60_000 });
    return this.page;
  }

  /** Serves other people's pages, `{ "/": html }`, from an origin of their own, and returns its address. */
  async host(pages) {
    const server = await servePages(pages);
    this.#servers.push(server);
    return server.url;
  }

  /** Another person's page, in a fresh browser context that shares nothing with this one. */
  async stranger() {
    const context = await browser.newContext(sizes.desktop);
    context.on("page", (page) => this.#watch(page));
    this.#strangers.push(context);
    return context.newPage();
  }

  /** Saves a picture of the whole page under tests/browser/results. */
  async picture(name) {
    await mkdir(RESULTS, { recursive: true });
    const file = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
    await this.page.screenshot({ path: join(RESULTS, `${file}.png`), fullPage: true });
  }

  /** Fails if axe finds anything that keeps people from using the page. */
  async assertAccessible() {
    const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await this.page.evaluate(source);
    const { violations } = await this.page.evaluate(() => globalThis.axe.run());
    const found = violations.map(({ id, help, nodes }) => `${id}: ${help} at ${nodes.map((n) => n.target).join(", ")}`);
    assert.deepEqual(found, [], "axe found barriers");
  }

  async goHome() {
    await Promise.all([this.context, ...this.#strangers].map((context) => context.close()));
    await Promise.all(this.#servers.map((server) => server.close()));
  }

  #watch(page) {
    const note = (what) => this.troubles.push(what);
    page.on("pageerror", (error) => note(`uncaught: ${error.message}`));
    page.on("console", (message) => message.type() === "error" && note(`console: ${message.text()}`));
    page.on("requestfailed", (request) => note(`failed request: ${request.url()}`));
    page.on("request", (request) => {
      if (!this.#mayAsk(request.url())) note(`request to a foreign server: ${request.url()}`);
    });
  }

  #mayAsk(url) {
    const own = [site, ...this.#servers].map((server) => server.url);
    return /^(data|blob|about):/.test(url) || own.some((address) => url.startsWith(address));
  }
}
