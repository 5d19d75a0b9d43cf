// Drives jobs in slices: in a worker, or between the frames of a page that may have none. What is wanted comes from a port
// and the reports go there, so that both are one program.

import load, { Work } from "./lightcone-jobs.js";

const inPage = self.document !== undefined;
// How long a slice takes, in ms: a worker hears between two that it is to stop, and a page has frames to draw.
const SLICE = inPage ? 6 : 20;
// How long it is from report to report, in ms.
const REPORT = 100;
// For so many states nobody looks at the clock.
const BUDGET = 32;

// A timer of 0 ms waits for 4 ms in the end; a message to oneself does not, and lets those of others in.
const { port1: here, port2: there } = new MessageChannel();
const pause = () =>
  new Promise((done) => {
    if (inPage) return setTimeout(done, 8);
    here.onmessage = done;
    there.postMessage(undefined);
  });

/** Does what a port says last: a task with its number, or a number alone, which is to stop. */
export async function serve(port) {
  let wanted;
  let busy = false;
  port.onmessage = async ({ data }) => {
    wanted = data;
    if (busy) return;
    busy = true;
    for (let begun; begun !== wanted; ) {
      begun = wanted;
      await answer(begun, port, () => wanted === begun);
    }
    busy = false;
  };
  try {
    await load();
    port.postMessage({ ready: true });
  } catch (wrong) {
    port.postMessage({ wrong: String(wrong) });
  }
}

async function answer({ number, task }, port, isWanted) {
  const tell = (rest) => port.postMessage({ number, ...rest });
  if (task === undefined) return tell({ stopped: true });
  try {
    await drive(task, tell, isWanted);
  } catch (wrong) {
    tell({ wrong: String(wrong) });
  }
}

/** Drives one job to its end, or until it is no longer wanted. */
async function drive(task, tell, isWanted) {
  const start = performance.now();
  const job = new Work(task);
  try {
    for (let told = start, more = true; more; ) {
      const end = performance.now() + SLICE;
      while (more && performance.now() < end) more = job.step(BUDGET);
      const now = performance.now();
      if (!more || now - told > REPORT) {
        told = now;
        tell({ report: job.report(now - start), over: !more });
      }
      if (more) await pause();
      if (!isWanted()) return;
    }
  } finally {
    job.free();
  }
}

if (!inPage) serve(self);
