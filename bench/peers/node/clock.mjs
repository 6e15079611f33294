// A thread that says how many calls are due, at the time they are: timers of node can be a millisecond late.
import { parentPort, workerData } from "node:worker_threads";

const { begin, rate, total } = workerData;
const nobody = new Int32Array(new SharedArrayBuffer(4));
const now = () => Number(process.hrtime.bigint());

for (let due = 0; due < total; ) {
  const at = begin + (due / rate) * 1e9;
  for (let wait = at - now(); wait > 0; wait = at - now()) Atomics.wait(nobody, 0, 0, wait / 1e6);
  due = Math.min(Math.floor(((now() - begin) * rate) / 1e9) + 1, total);
  parentPort.postMessage(due);
}
