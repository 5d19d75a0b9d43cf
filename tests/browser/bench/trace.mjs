// What the page's thread does between one input and the next, as Chromium traces it.

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
 * Traces while `send` sends input, and says how long script, style and layout took for each event of a type, in ns.
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
  const inputs = own.filter(isInput).map(({ tts }) => tts);
  // The pointer is looked up before it is told of.
  const starts = inputs.map((at) => own.findLast(({ name, tts }) => name === "HitTest" && tts < at)?.tts ?? at);
  return starts.slice(1).map((end, nth) => spent(own, starts[nth], end) * 1e3);
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
