// A service and a client of nats.js: its services, with protobufjs.
//
// The fastest form that is documented: handlers are callbacks rather than iterators, encoders of protobufjs are made
// for each type, and requests share one subscription to their replies.
import { Svcm } from "@nats-io/services";
import { connect } from "@nats-io/transport-node";
import { average, blockFor, run, timeout, types, versionOf, waitFor } from "./peer.mjs";

/** A callback that answers a method's calls. */
function handler(Request, Response, method) {
  return (error, message) => {
    if (error) return;
    try {
      message.respond(Response.encode(method(Request.decode(message.data))).finish());
    } catch (failure) {
      message.respondError(400, failure.message);
    }
  };
}

async function serve(place) {
  const connection = await connect({ servers: place });
  const service = await new Svcm(connection).add({ name: "Calc", version: "1.0.0" });
  const methods = service.addGroup("bench").addGroup("calc");
  const { AverageRequest, CalcResponse, Payload } = types;
  const answer = handler(AverageRequest, CalcResponse, average);
  methods.addEndpoint("Average", answer);
  // A timer is what node has for waiting: a handler that blocked would stop the whole process.
  methods.addEndpoint("Block", (error, message) => setTimeout(answer, blockFor, error, message));
  methods.addEndpoint("Wait", (error, message) => setTimeout(answer, waitFor, error, message));
  methods.addEndpoint("Echo", handler(Payload, Payload, (payload) => payload));
  await connection.flush();
  return { address: place, close: () => connection.close() };
}

async function dial(address) {
  const connection = await connect({ servers: address });
  const caller = (name, Request, Response) => async (request) => {
    const reply = await connection.request(`bench.calc.${name}`, Request.encode(request).finish(), { timeout });
    const problem = reply.headers?.get("Nats-Service-Error");
    if (problem) throw new Error(problem);
    return Response.decode(reply.data);
  };
  const { AverageRequest, CalcResponse, Payload } = types;
  return {
    average: caller("Average", AverageRequest, CalcResponse),
    block: caller("Block", AverageRequest, CalcResponse),
    wait: caller("Wait", AverageRequest, CalcResponse),
    echo: caller("Echo", Payload, Payload),
    close: () => connection.close(),
  };
}

const version = () =>
  `nats.js ${versionOf("@nats-io/transport-node")} (services ${versionOf("@nats-io/services")})`;
await run({ version, serve, dial });
