// The marks of the diagram by keyboard, and the window of the diagram by minimap, wheel and fingers.

import assert from "node:assert/strict";
import { journey, sizes } from "../lib/journey.mjs";
import { painted, pause } from "../lib/lightcone.mjs";

async function said(page) {
  await painted(page);
  return page.getByTestId("said").textContent();
}

/** The page, standing still at its start. */
async function still(traveller) {
  const page = await traveller.open();
  await pause(page);
  await page.keyboard.press("Home");
  return page;
}

/** Gives the diagram the keyboard, by keys alone. */
async function intoTheDiagram(page) {
  await page.getByTestId("zoom-in").focus();
  await page.keyboard.press("Shift+Tab");
  await page.locator('[data-testid="roams"]:focus').waitFor();
}

journey("marks are gone through, told and dropped by keys alone", async (traveller) => {
  const page = await still(traveller);
  await intoTheDiagram(page);
  const ring = page.locator(".diagram .roam").last();
  await ring.waitFor({ state: "attached" });
  const heard = new Set();
  for (const name of ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"]) {
    await page.keyboard.press(name);
    heard.add(await said(page));
  }
  assert.ok(heard.size > 3, [...heard].join("\n"));
  // From event to event until one has sent something.
  for (let steps = 0; !/ from \w+ to \w+, sent at /.test(await said(page)); steps += 1) {
    assert.ok(steps < 60, "no message is reached");
    await page.keyboard.press(steps % 2 === 0 ? "a" : "ArrowRight");
  }
  assert.equal(await page.locator(".chart-hint").textContent(), await said(page));
  await page.locator(".diagram .roam.trace").first().waitFor({ state: "attached" });
  await traveller.assertAccessible();
  await page.keyboard.press("Enter");
  await page.getByTestId("drop").waitFor();
  await page.keyboard.press("Delete");
  await page.getByTestId("panel-faults").getByRole("listitem").first().waitFor();
  await page.keyboard.press("Tab");
  await page.locator(".diagram .roam").first().waitFor({ state: "detached" });
});

journey("a click on the diagram leaves the arrow keys to the run", async (traveller) => {
  const page = await still(traveller);
  const frame = await page.getByTestId("roams").boundingBox();
  await page.mouse.click(frame.x + frame.width * 0.6, frame.y + frame.height - 20);
  const time = await page.getByTestId("time").innerText();
  await page.keyboard.press("ArrowRight");
  await painted(page);
  assert.notEqual(await page.getByTestId("time").innerText(), time);
  assert.equal(await page.locator(".diagram .roam").count(), 0);
});

/** What the diagram shows, in ms, as its strip tells. */
async function shown(page) {
  await painted(page);
  const words = await page.getByTestId("minimap").getAttribute("aria-valuetext");
  return words.match(/[\d.]+(?= ms| s)/g).map(Number);
}

journey("the strip of the whole run moves what the diagram shows", { reducedMotion: "reduce" }, async (traveller) => {
  const page = await still(traveller);
  const strip = page.getByTestId("minimap");
  const box = await strip.boundingBox();
  const middle = box.y + box.height / 2;
  const drag = async (from, to) => {
    await page.mouse.move(from, middle);
    await page.mouse.down();
    await page.mouse.move((from + to) / 2, middle);
    await page.mouse.move(to, middle);
    await page.mouse.up();
  };
  const frame = async () => {
    await painted(page);
    const { left, right } = await page.locator(".minimap .map-frame").evaluate((rect) => rect.getBoundingClientRect().toJSON());
    return { left, right, centre: (left + right) / 2 };
  };
  const near = (one, other) => assert.ok(Math.abs(one - other) < 3, `${one} is not near ${other}`);
  await page.getByTestId("search").fill("timer");
  await page.locator(".minimap .map-found").first().waitFor({ state: "attached" });
  const first = await frame();
  await drag(first.centre, first.centre + 80);
  const later = await frame();
  near(later.left, first.left + 80);
  await drag(later.right, later.right - 40);
  near((await frame()).right, later.right - 40);
  near((await frame()).left, later.left);
  // Elsewhere the frame comes to the pointer.
  await page.mouse.click(box.x + box.width * 0.8, middle);
  near((await frame()).centre, box.x + box.width * 0.8);
  const before = await shown(page);
  await strip.focus();
  await page.keyboard.press("ArrowLeft");
  assert.notDeepEqual(await shown(page), before);
  await page.keyboard.press("Home");
  assert.equal((await shown(page))[0], 0);
  await traveller.assertAccessible();
});

/** The instant below a point of the diagram, from the words of its axis. */
async function instant(page, x, down) {
  const axis = await page.locator(".diagram:not(.scrub):not(.minimap) .axis").evaluateAll((words, down) =>
    words.map((one) => {
      const box = one.getBoundingClientRect();
      return { at: Number.parseFloat(one.textContent), x: down ? box.y + box.height / 2 : box.x + box.width / 2 };
    }), down);
  const ticks = axis.filter(({ at }) => Number.isFinite(at)).sort((one, other) => one.x - other.x).slice(1, -1);
  const [one, other] = [ticks[0], ticks[ticks.length - 1]];
  return one.at + ((x - one.x) / (other.x - one.x)) * (other.at - one.at);
}

journey("two fingers zoom about the point between them, the wheel about the pointer", { hasTouch: true, reducedMotion: "reduce" }, async (traveller) => {
  const page = await still(traveller);
  const box = await page.getByTestId("roams").boundingBox();
  const y = box.y + box.height / 2;
  const middle = box.x + box.width * 0.6;
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...all) => session.send("Input.dispatchTouchEvent", { type, touchPoints: all.map((x, id) => ({ x, y, id })) });
  const near = (one, other) => assert.ok(Math.abs(one - other) < 12, `${one} ms is not near ${other} ms`);
  const before = await instant(page, middle);
  const span = ([from, to]) => to - from;
  const wide = span(await shown(page));
  await touch("touchStart", middle - 40, middle + 40);
  for (const apart of [60, 90, 120]) await touch("touchMove", middle - apart, middle + apart);
  await touch("touchEnd");
  assert.ok(span(await shown(page)) < wide * 0.6, "twice as close at least");
  near(await instant(page, middle), before);
  assert.equal(await page.getByTestId("panel-faults").getByRole("listitem").count(), 0);
  const close = span(await shown(page));
  await page.mouse.move(middle, y);
  const under = await instant(page, middle);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, 300);
  await page.keyboard.up("Control");
  await page.waitForFunction((old) => document.querySelector('[data-testid="minimap"]').getAttribute("aria-valuetext") !== old, close);
  assert.ok(span(await shown(page)) > close);
  near(await instant(page, middle), under);
});

journey("a plain wheel scrolls the page", { ...sizes.desktop, viewport: { width: 800, height: 500 } }, async (traveller) => {
  const page = await still(traveller);
  const before = await shown(page);
  const box = await page.getByTestId("roams").boundingBox();
  await page.mouse.move(box.x + 200, Math.min(box.y + 40, 380));
  await page.mouse.wheel(0, 200);
  await page.waitForFunction(() => window.scrollY > 0);
  assert.deepEqual(await shown(page), before);
});

journey("one goes to the next event of a kind from a list", async (traveller) => {
  const page = await still(traveller);
  await page.getByTestId("kind").selectOption("timer");
  await page.getByTestId("found").filter({ hasText: /^1 of \d+$/ }).waitFor();
  assert.notEqual(await page.getByTestId("time").locator("b").innerText(), "0.00");
  await page.keyboard.press("Escape");
});
