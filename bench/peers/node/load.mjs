// The load generator: for rate 0 each caller's call follows the one before (closed loop), else calls are due at
// fixed times (open loop) and their time counts from then.
import { Worker } from "node:worker_threads";
import { Histogram } from "./histogram.mjs";

const now = () => Number(process.hrtime.bigint());

/** What all callers found. What fails counts even while warming up. */
class Tally {
  failed = 0;
  times = new Histogram();

  constructor(seconds, open) {
    this.open = open;
    this.begin = now();
    this.from = this.begin + (seconds / 10) * 1e9;
    this.end = this.from + seconds * 1e9;
    this.last = this.end;
  }

  /** In a closed loop those count that end in the measured time, in an open one those that are due in it. */
  add(due, right) {
    const ended = now();
    if (ended >= this.from) this.before ??= process.cpuUsage();
    if (ended >= this.end && !this.open) this.after ??= process.cpuUsage();
    const at = this.open ? due : ended;
    if (!right) ++this.failed;
    else if (at >= this.from && at < this.end) this.times.add(ended - due);
    if (this.open) this.last = Math.max(this.last, ended);
    return ended;
  }

  result() {
    const used = (usage) => (usage ? (usage.user + usage.system) / 1e6 : 0);
    const micros = (of) => this.times.quantile(of) / 1e3;
    return {
      calls: this.times.count, failed: this.failed, seconds: (this.last - this.from) / 1e9,
      p50_us: micros(0.5), p90_us: micros(0.9), p99_us: micros(0.99), p999_us: micros(0.999),
      max_us: this.times.max / 1e3, cpu_seconds: used(this.after ?? process.cpuUsage()) - used(this.before),
    };
  }
}

let told = false;

/** Whether a call ended with the right answer. */
async function isRight(call) {
  try {
    return await call();
  } catch (error) {
    if (!told) console.error("a call failed:", error.message);
    told = true;
    return false;
  }
}

async function closedLoop(call, callers, tally) {
  const one = async () => {
    for (let at = now(); at < tally.end; ) at = tally.add(at, await isRight(call));
  };
  await Promise.all(Array.from({ length: callers }, one));
}

async function openLoop(call, callers, tally, rate) {
  const total = Math.floor((rate * (tally.end - tally.begin)) / 1e9);
  const dueOf = (index) => tally.begin + (index / rate) * 1e9;
  const clock = new Worker(new URL("./clock.mjs", import.meta.url), {
    workerData: { begin: tally.begin, rate, total },
  });
  let due = 0; // calls that are due by now
  let begun = 0;
  let busy = 0;
  await new Promise((resolve) => {
    const next = async () => {
      ++busy;
      while (begun < due) {
        const at = dueOf(begun++);
        tally.add(at, await isRight(call));
      }
      --busy;
      if (begun === total && busy === 0) resolve();
    };
    clock.on("message", (count) => {
      due = count;
      for (let i = due - begun; i > 0 && busy < callers; --i) next();
    });
  });
  await clock.terminate();
}

export async function load(call, callers, seconds, rate) {
  const tally = new Tally(seconds, rate > 0);
  await (rate > 0 ? openLoop(call, callers, tally, rate) : closedLoop(call, callers, tally));
  return tally.result();
}
