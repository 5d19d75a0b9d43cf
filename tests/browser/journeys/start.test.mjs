import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";

journey("the page opens and names itself", async (traveller) => {
  const page = await traveller.open();
  assert.equal(await page.getByRole("heading", { level: 1 }).innerText(), "Lightcone");
  await traveller.assertAccessible();
});

journey("a phone shows the page without scrolling sideways", sizes.phone, async (traveller) => {
  const page = await traveller.open();
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `the content is ${content} wide in a window of ${window}`);
});

journey("the page runs in a sandboxed frame of another site", async (traveller) => {
  const frame = `<iframe sandbox="allow-scripts" src="${traveller.site}"></iframe>`;
  const host = await traveller.host({ "/": `<!doctype html><link rel="icon" href="data:,">${frame}` });
  await traveller.page.goto(host);
  const heading = traveller.page.frameLocator("iframe").getByRole("heading", { level: 1 });
  assert.equal(await heading.innerText(), "Lightcone");
});
