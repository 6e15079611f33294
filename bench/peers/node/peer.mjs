// What the node peers share: the command line, and the work itself.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import protobuf from "protobufjs";
import { load } from "./load.mjs";

/** Of every call, in ms. */
export const timeout = 5000;

/** What the handler of `block` waits, in ms. */
export const blockFor = 1;

/** What the handler of `wait` waits, in ms. */
export const waitFor = 500;

const root = protobuf.loadSync(new URL("../peers.proto", import.meta.url).pathname);
export const types = Object.fromEntries(
  ["AverageRequest", "CalcResponse", "Payload"].map((name) => [name, root.lookupType(`peers.${name}`)]),
);

/** The version of a package that is installed. */
export function versionOf(name) {
  return JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;
}

/** The handler's work, the same for all. */
export function average(request) {
  const sum = request.values.reduce((before, value) => before + value, 0);
  return { operation: "average", result: request.values.length > 0 ? sum / request.values.length : 0 };
}

/** One call of a work, which says whether its answer was right. */
function callOf(work, client) {
  const [kind, bytes] = work.split(":");
  if (kind === "echo") {
    const request = { data: Buffer.alloc(Number(bytes), "x") };
    return async () => (await client.echo(request)).data.length === request.data.length;
  }
  const methods = { average: () => client.average, block: () => client.block, wait: () => client.wait };
  if (!methods[kind]) throw new Error(`there is no work ${work}`);
  const method = methods[kind]();
  const request = { values: [1.1, 2.0, 3.5] };
  return async () => Math.abs((await method(request)).result - 2.2) < 1e-4;
}

function untilInputCloses() {
  return new Promise((resolve) => process.stdin.on("end", resolve).resume());
}

/** Runs the program of a library: its version, serve(place) => {address, close}, dial(address) => client. */
export async function run({ version, serve, dial }) {
  const text = { type: "string" };
  const { positionals: [mode], values } = parseArgs({
    allowPositionals: true,
    options: { at: text, work: text, "in-flight": text, seconds: text, rate: text },
  });
  if (mode === "version") return console.log(version());
  if (mode === "serve") {
    const service = await serve(values.at);
    console.log("ready", service.address);
    await untilInputCloses();
    return service.close();
  }
  if (mode !== "load") throw new Error("usage: version | serve --at PLACE | load --at ADDRESS [options]");
  const client = await dial(values.at);
  const call = callOf(values.work ?? "average", client);
  const callers = Number(values["in-flight"] ?? 1);
  console.log(JSON.stringify(await load(call, callers, Number(values.seconds ?? 1), Number(values.rate ?? 0))));
  await client.close();
}
