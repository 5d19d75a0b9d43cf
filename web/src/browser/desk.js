// Where long work is done: in a worker, or where none is allowed, as in a sandboxed frame, by the same program in slices
// between frames. Nothing is fetched before the first task.

const [REPORT, OVER, WRONG, STOPPED] = [0, 1, 2, 3];
// A worker that does not say for so long, in ms, that it has stopped is ended.
const PATIENCE = 60;

export class Desk {
  /** What comes is told as one of the numbers above and a text. */
  constructor(tell) {
    this.tell = tell;
    this.number = 0;
    this.script = new URL("work.js", document.baseURI).href;
  }

  /** Begins a task in place of the present one. */
  ask(task) {
    this.number += 1;
    this.task = task;
    if (!this.port) this.open();
    else if (this.ready) this.send();
  }

  /** Ends the present task: between two slices, or if that takes too long, with the worker. */
  stop() {
    this.number += 1;
    this.task = undefined;
    if (this.ready) {
      this.send();
      this.timer = setTimeout(() => this.worker && this.stopped(), PATIENCE);
    } else {
      this.stopped();
    }
  }

  /** Lets go of the worker and its memory. */
  close() {
    clearTimeout(this.timer);
    this.number += 1;
    this.worker?.terminate();
    this.port?.close?.();
    this.port = this.worker = undefined;
    this.ready = false;
  }

  stopped() {
    this.close();
    this.tell(STOPPED, "");
  }

  send() {
    this.port.postMessage({ number: this.number, task: this.task });
  }

  open() {
    try {
      this.worker = new Worker(this.script, { type: "module" });
      // It may also be refused only while it loads.
      this.worker.onerror = (event) => {
        event.preventDefault();
        if (this.ready) return this.hear({ number: this.number, wrong: event.message });
        this.worker.terminate();
        this.openHere();
      };
      this.listen(this.worker);
    } catch {
      this.openHere();
    }
  }

  openHere() {
    this.worker = undefined;
    const { port1, port2 } = new MessageChannel();
    this.listen(port1);
    import(this.script).then(
      ({ serve }) => serve(port2),
      (wrong) => this.hear({ number: this.number, wrong: String(wrong) }),
    );
  }

  listen(port) {
    this.port = port;
    port.onmessage = ({ data }) => port === this.port && this.hear(data);
  }

  hear({ number = this.number, ready, report, over, wrong, stopped }) {
    if (number !== this.number) return;
    if (ready) {
      this.ready = true;
      this.send();
    } else if (wrong !== undefined) {
      this.close();
      this.tell(WRONG, wrong);
    } else if (stopped) {
      clearTimeout(this.timer);
      this.tell(STOPPED, "");
    } else {
      this.tell(over ? OVER : REPORT, report);
    }
  }
}
