// The built page in Chromium, for whoever measures it.

import { chromium } from "playwright-core";
import { serveFolder } from "../lib/server.mjs";

/** Serves the page and starts a browser. */
export async function serveAndLaunch() {
  const site = await serveFolder(process.env.LIGHTCONE_PAGE);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: ["--disable-gpu", "--disable-background-networking", "--no-first-run"],
  });
  return { site, browser };
}
