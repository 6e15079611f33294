// Two instances of examples/calc, seen by clients that know nothing of Fairlead: NATS' own client and
// service packages for JavaScript, and protobufjs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";

import { Svcm } from "@nats-io/services";
import { connect, headers } from "@nats-io/transport-node";
import Ajv from "ajv";
import protobuf from "protobufjs";
import "protobufjs/ext/descriptor.js";

import { NatsServer, Process, until } from "./processes.mjs";

const calc = process.env.FAIRLEAD_CALC;
const kinds = ["ping", "info", "stats"];
const methods = ["Average", "Add", "Expression"];
const ajv = new Ajv({ allErrors: true });
const schemas = Object.fromEntries(
  kinds.map((kind) => [
    kind,
    ajv.compile(JSON.parse(readFileSync(new URL(`schemas/${kind}_response.json`, import.meta.url)))),
  ]),
);

let server, connection;
const instances = [];

function check(kind, reply) {
  assert.ok(schemas[kind](reply), `${kind}: ${ajv.errorsText(schemas[kind].errors)}`);
}

async function collect(replies) {
  const all = [];
  for await (const reply of await replies) all.push(reply);
  return all;
}

/** All replies to a request on one subject; none if nobody is there. */
async function ask(subject) {
  try {
    const options = { strategy: "stall", maxWait: 2000, stall: 300 };
    return await collect(connection.requestMany(subject, "", options));
  } catch (error) {
    if (/no responders/i.test(String(error))) return [];
    throw error;
  }
}

function call(method, payload, head = {}) {
  const options = { timeout: 5000 };
  if (Object.keys(head).length > 0) {
    options.headers = headers();
    for (const [key, value] of Object.entries(head)) options.headers.set(key, value);
  }
  return connection.request(`calc.Calc.${method}`, payload, options);
}

const json = { "content-type": "application/json" };

/** Checks that `reply` says what went wrong, for tools of NATS and for clients of gRPC. */
function assert_error(reply, http, grpc) {
  assert.equal(reply.data.length, 0);
  assert.equal(reply.headers?.get("Nats-Service-Error-Code"), String(http));
  assert.notEqual(reply.headers.get("Nats-Service-Error"), "");
  assert.equal(reply.headers.get("grpc-status"), String(grpc));
  assert.notEqual(reply.headers.get("grpc-message"), "");
}

/** What each endpoint has counted on all instances together. */
async function totals() {
  const counted = {};
  for (const reply of await ask("$SRV.STATS.calc-Calc")) {
    for (const endpoint of reply.json().endpoints) {
      const total = (counted[endpoint.name] ??= { requests: 0, errors: 0, each: [] });
      total.requests += endpoint.num_requests;
      total.errors += endpoint.num_errors;
      total.each.push(endpoint.num_requests);
    }
  }
  return counted;
}

before(async () => {
  assert.ok(calc, "FAIRLEAD_CALC names the calc program");
  server = await NatsServer.start();
  connection = await connect({ servers: server.url });
  for (let count = 0; count < 2; count++) {
    instances.push(new Process(calc, "run", "--nats", server.url));
  }
  await until("two instances", async () => {
    const ended = instances.find((instance) => instance.child.exitCode !== null);
    if (ended) throw new Error(`calc ended: ${ended.output}`);
    return (await ask("$SRV.PING.calc-Calc")).length === 2;
  });
});

after(async () => {
  await connection?.close();
  for (const instance of instances) await instance.stop();
  await server?.stop();
});

describe("discovery", () => {
  test("the service client finds both instances", async () => {
    const client = new Svcm(connection).client({ strategy: "stall", maxWait: 2000, stall: 300 });
    const pings = await collect(client.ping("calc-Calc"));
    const infos = await collect(client.info("calc-Calc"));
    const stats = await collect(client.stats("calc-Calc"));
    assert.equal(pings.length, 2);
    assert.equal(infos.length, 2);
    assert.equal(stats.length, 2);
    const ids = (replies) => replies.map((reply) => reply.id).sort();
    assert.deepEqual(ids(infos), ids(pings));
    assert.deepEqual(ids(stats), ids(pings));
    assert.notEqual(pings[0].id, pings[1].id);
    for (const info of infos) {
      assert.equal(info.name, "calc-Calc");
      assert.equal(info.version, "1.0.0");
      assert.equal(info.description, "Small sums.");
      assert.equal(info.metadata["fairlead.service"], "calc.Calc");
      assert.match(info.metadata["fairlead.schema"], /^sha256:[0-9a-f]{64}$/);
      assert.deepEqual(info.endpoints.map((endpoint) => endpoint.name).sort(), [...methods].sort());
      for (const endpoint of info.endpoints) {
        assert.equal(endpoint.subject, `calc.Calc.${endpoint.name}`);
        assert.equal(endpoint.queue_group, "q");
        assert.equal(endpoint.metadata["fairlead.kind"], "unary");
      }
    }
  });

  for (const kind of kinds) {
    test(`every reply to ${kind} on its three subjects is as ADR-32 has it`, async () => {
      const ids = (await ask("$SRV.PING.calc-Calc")).map((reply) => reply.json().id);
      const verb = `$SRV.${kind.toUpperCase()}`;
      const everyone = await ask(verb);
      const named = await ask(`${verb}.calc-Calc`);
      assert.equal(everyone.length, 2);
      assert.equal(named.length, 2);
      for (const reply of [...everyone, ...named]) check(kind, reply.json());
      for (const id of ids) {
        const one = await ask(`${verb}.calc-Calc.${id}`);
        assert.equal(one.length, 1);
        assert.equal(one[0].json().id, id);
        check(kind, one[0].json());
      }
      assert.deepEqual(await ask(`${verb}.calc-Calc.nobody`), []);
      assert.deepEqual(await ask(`${verb}.nobody`), []);
    });
  }

  test("stats count calls and errors of both instances", async () => {
    const start = await totals();
    for (let count = 0; count < 100; count++) {
      await call("Add", JSON.stringify({ a: count, b: 1 }), json);
    }
    assert_error(await call("Expression", '{"expression":"1+"}', json), 400, 3);
    const end = await totals();
    assert.equal(end.Add.requests - start.Add.requests, 100);
    assert.equal(end.Add.errors - start.Add.errors, 0);
    assert.equal(end.Expression.requests - start.Expression.requests, 1);
    assert.equal(end.Expression.errors - start.Expression.errors, 1);
    for (const count of end.Add.each) assert.ok(count > 0, "both instances take part");
    for (const reply of await ask("$SRV.STATS.calc-Calc")) {
      check("stats", reply.json());
      for (const endpoint of reply.json().endpoints) {
        const { num_requests, processing_time, average_processing_time } = endpoint;
        const average = num_requests === 0 ? 0 : Math.floor(processing_time / num_requests);
        assert.equal(average_processing_time, average);
      }
    }
  });
});

describe("calls", () => {
  test("JSON by its content type", async () => {
    const reply = await call("Average", '{"values":[1.1,2,3.5]}', json);
    assert.equal(reply.headers?.get("Nats-Service-Error-Code") || "", "");
    const { operation, result } = reply.json();
    assert.equal(operation, "average");
    assert.ok(Math.abs(result - 2.2) < 1e-6, `${result}`);
  });

  test("JSON without headers", async () => {
    const reply = await call("Add", '{"a":1.5,"b":2}');
    assert.deepEqual(reply.json(), { operation: "add", result: 3.5 });
  });

  test("protobuf, with the schema that the running service gives", async () => {
    const schema = await connection.request("calc.Calc._.schema", "", { timeout: 5000 });
    const packed = schema.headers?.get("content-encoding") === "gzip";
    const files = protobuf.Root.fromDescriptor(packed ? gunzipSync(schema.data) : schema.data);
    const request = files.lookupType("calc.AverageRequest");
    const response = files.lookupType("calc.CalcResponse");
    const bytes = request.encode(request.create({ values: [1, 2, 6] })).finish();
    for (const head of [{}, { "content-type": "application/protobuf" }]) {
      const reply = response.decode((await call("Average", bytes, head)).data);
      assert.equal(reply.operation, "average");
      assert.equal(reply.result, 3);
    }
  });

  test("an empty payload is an empty message", async () => {
    const reply = await call("Average", "");
    assert.equal(reply.headers?.get("Nats-Service-Error-Code") || "", "");
    assert.ok(reply.data.length > 0);
  });
});

describe("errors", () => {
  test("of the handler", async () => {
    const reply = await call("Expression", '{"expression":"2*(3"}', json);
    assert_error(reply, 400, 3);
  });

  test("of a payload that is not JSON", async () => {
    assert_error(await call("Average", "{nonsense", json), 400, 3);
  });

  test("of a field that is not there", async () => {
    const reply = await call("Average", '{"numbers":[1]}', json);
    assert_error(reply, 400, 3);
    assert.match(reply.headers.get("Nats-Service-Error"), /numbers/);
  });

  test("of a payload that is not protobuf", async () => {
    assert_error(await call("Average", new Uint8Array([0x0a, 0xff])), 400, 3);
  });

  test("of a deadline that cannot be read", async () => {
    assert_error(await call("Average", "{}", { "grpc-timeout": "soon" }), 400, 3);
  });

  test("of a method that nobody has", async () => {
    await assert.rejects(call("Median", "{}"), /no responders/i);
  });
});

test("an instance that is told to stop leaves in good order", async () => {
  const leaving = instances.pop();
  assert.equal(await leaving.stop(), 0, leaving.output);
  assert.equal((await ask("$SRV.PING.calc-Calc")).length, 1);
  assert.equal((await call("Add", '{"a":1,"b":1}')).json().result, 2);
});
