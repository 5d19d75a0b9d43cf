// What the page's thread does in each frame, as Chromium traces it.

/** Scripts with all that they run, and what makes geometry of what they wrote. One inside of another counts once. */
const WORK = [
  "HitTest",
  "EventDispatch",
  "FireAnimationFrame",
  "FunctionCall",
  "RunMicrotasks",
  "TimerFire",
  "MinorGC",
  "MajorGC",
  "UpdateLayoutTree",
  "Layout",
  "PrePaint",
];

/**
 * Traces while `send` sends input of a type, and says how long script, style and layout took, in ns: in each frame with
 * such an input, and in each other frame, which goes on with what the input began.
 * What counts is the time that the thread had a processor: what else runs on this machine does not.
 */
export async function traced(page, type, send) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ["devtools.timeline"] });
  await send();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const isInput = ({ name, args }) => name === "EventDispatch" && args.data?.type === type;
  const { pid, tid } = traceEvents.find(isInput);
  const own = traceEvents.filter((event) => event.pid === pid && event.tid === tid && event.tdur !== undefined);
  own.sort((a, b) => a.tts - b.tts || b.tdur - a.tdur);
  // The last thing that this thread does for a frame.
  const ends = own.filter(({ name }) => name === "Layerize").map(({ tts }) => tts);
  const first = own.find(isInput).tts;
  const frames = { input: [], rest: [] };
  for (let nth = 0; nth + 1 < ends.length; nth += 1) {
    const [from, to] = [ends[nth], ends[nth + 1]];
    if (to < first) continue;
    const has = own.some((event) => isInput(event) && from <= event.tts && event.tts < to);
    frames[has ? "input" : "rest"].push(spent(own, from, to) * 1e3);
  }
  return frames;
}

/** How long the work in a stretch of time took, in µs. */
function spent(events, from, to) {
  let [sum, known] = [0, from];
  for (const { name, tts, tdur } of events) {
    if (tts < from || tts >= to || !WORK.includes(name)) continue;
    sum += Math.max(0, tts + tdur - Math.max(tts, known));
    known = Math.max(known, tts + tdur);
  }
  return sum;
}
