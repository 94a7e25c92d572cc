// Creates of every driver against a server that answers, refuses, stays silent, breaks off or closes, and against one that does not exist;
// some are aborted by their caller.

import { referenceOf } from "../calls/reference.mjs";
import { createLinks, DRIVERS, recordedReplies } from "../calls/tautan.mjs";
import { messageOf, startServer } from "../calls.mjs";

/** By the last digit of the reference; the others are answered. */
const FAULTS = { 1: "silent", 2: "refusal", 3: "torn", 4: "reset", 5: "silent" };
/** A silent create of this digit is aborted by its caller. */
const ABORTED = 5;
/** Of this digit, the create goes to a port on which nothing listens. */
const UNREACHABLE = 6;
const TIMEOUT_MS = 25;
const AT_ONCE = 64;

/** Returns `run(count)`, which makes so many creates, `connections`, which counts those of the servers, `outcomes`, and `end`. */
export const prepareCreateWork = async (signal) => {
  const gateways = [];
  for (const name of Object.keys(DRIVERS)) {
    const { replies, credentials } = await recordedReplies(name);
    const { server, port } = await startServer(replies, FAULTS);
    const linksAt = (url) => createLinks(name, { url, credentials });
    gateways.push({
      name,
      server,
      port,
      links: linksAt(`http://127.0.0.1:${port}`),
      nowhere: linksAt("http://127.0.0.1:9"),
    });
  }
  const outcomes = {};
  let number = 0;
  const create = async () => {
    number += 1;
    const own = number;
    const fault = own % 10;
    const { name, links, nowhere } = gateways[Math.floor(own / 10) % gateways.length];
    const aborting = fault === ABORTED ? new AbortController() : undefined;
    const request = { ...DRIVERS[name].request, reference: referenceOf(own) };
    const options = {
      signal: aborting?.signal ?? signal,
      ...(FAULTS[fault] === "silent" && { timeoutMs: TIMEOUT_MS }),
    };
    const created = (fault === UNREACHABLE ? nowhere : links).create(request, options);
    if (aborting) setImmediate(() => aborting.abort());
    const result = await created;
    const outcome = result.isOk() ? "ok" : result.error.kind;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const isAnswered = FAULTS[fault] === undefined && fault !== UNREACHABLE;
    if (isAnswered !== result.isOk()) throw new Error(`${name}, create ${own}: ${outcome}, ${result.error?.message}`);
  };
  return {
    outcomes,
    ports: gateways.map(({ port }) => port),
    run: async (count) => {
      let left = count;
      const caller = async () => {
        while (left > 0) {
          left -= 1;
          await create();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, caller));
    },
    connections: async () => {
      const counts = await Promise.all(gateways.map(({ server }) => messageOf(server, "connections")));
      return counts.reduce((sum, each) => sum + each, 0);
    },
    end: () => {
      for (const { server } of gateways) server.disconnect();
    },
  };
};
