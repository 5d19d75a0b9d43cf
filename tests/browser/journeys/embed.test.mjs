// The course page with its two embeds, from an origin of its own, each in a sandbox that denies storage and history.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { journey } from "../lib/journey.mjs";
import { play, servers, until } from "../lib/stage.mjs";

const course = new URL("../../../examples/embed/plain.html", import.meta.url);

journey("a course page shows two runs in sandboxed frames of another site", async (traveller) => {
  const text = await readFile(course, "utf8");
  const html = text.replaceAll("../../dist/index.html", `${traveller.site}index.html`).replace(/<link rel="stylesheet"[^>]*>/, "");
  await traveller.page.goto(await traveller.host({ "/": html }));
  const frames = await traveller.page.locator("iframe").all();
  assert.equal(frames.length, 2);
  for (const [place, theme] of ["light", "dark"].entries()) {
    await frames[place].scrollIntoViewIfNeeded();
    const frame = await (await frames[place].elementHandle()).contentFrame();
    await frame.getByTestId("stage").waitFor();
    assert.equal(await frame.locator(":root").getAttribute("data-theme"), theme);
    assert.equal(await frame.getByTestId("inspector").count(), 0);
    await frame.getByTestId("speed").selectOption("200000");
    await play(frame, true);
    await until(traveller.page, "a leader", async () => (await servers(frame)).filter(({ role }) => role === "leader"));
    await play(frame, false);
    const [content, height] = await frame.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
    assert.ok(content <= height, `the frame's content is ${content} high in ${height}`);
    const full = frame.getByTestId("open-full");
    assert.match(await full.getAttribute("href"), /index\.html#1\./);
    assert.equal(await full.getAttribute("target"), "_blank");
  }
  await traveller.picture("course-page");
});
