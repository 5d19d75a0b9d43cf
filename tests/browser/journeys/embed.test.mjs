// The course page with its two embeds, from an origin of its own, each in a sandbox that denies storage and history.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { journey } from "../lib/journey.mjs";
import { leaders, pause, play, until } from "../lib/lightcone.mjs";

const course = new URL("../../../examples/embed/plain.html", import.meta.url);

journey("a course page shows two runs in sandboxed frames of another site", async (traveller) => {
  const text = await readFile(course, "utf8");
  const html = text.replaceAll("../../dist/index.html", `${traveller.site}index.html`);
  await traveller.page.goto(await traveller.host({ "/": html }));
  const frames = await traveller.page.locator("iframe").all();
  assert.equal(frames.length, 2);
  for (const [place, theme] of ["light", "dark"].entries()) {
    await frames[place].scrollIntoViewIfNeeded();
    const frame = await (await frames[place].elementHandle()).contentFrame();
    await frame.getByTestId("stage").waitFor();
    assert.equal(await frame.locator(":root").getAttribute("data-theme"), theme);
    assert.equal(await frame.getByTestId("inspector").count(), 0);
    await play(frame, "200 ms");
    await until(frame, (seen) => leaders(seen).length === 1, "a leader");
    await pause(frame);
    const [content, height] = await frame.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
    assert.ok(content <= height, `the frame's content is ${content} high in ${height}`);
    const full = frame.getByTestId("open-full");
    assert.match(await full.getAttribute("href"), /index\.html#1\./);
    assert.equal(await full.getAttribute("target"), "_blank");
  }
  await traveller.picture("course-page");
});
