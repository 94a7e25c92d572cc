// One client in a process of its own, so that no other one changes how its code is compiled. Runs calls when its parent asks, and returns
// their processor time.
import { PEERS } from "./peers.mjs";
import { referenceOf } from "./reference.mjs";
import { createLinks, DRIVERS, valueOf } from "./tautan.mjs";

const driverCalls = (name, { url, credentials, id }) => {
  const links = createLinks(name, { url, credentials });
  const requests = Array.from({ length: 64 }, (_, caller) => ({
    ...DRIVERS[name].request,
    reference: referenceOf(caller),
  }));
  return { create: (caller) => valueOf(links.create(requests[caller])), get: () => valueOf(links.get(id)) };
};

const [group, name] = process.argv.slice(2);
const given = JSON.parse(process.argv[4]);
const calls = group === "tautan" ? driverCalls(name, given) : await PEERS[name](given);

const measure = async ({ operation, atOnce, count }) => {
  let left = count;
  const latencies = [];
  const caller = async (number) => {
    while (left > 0) {
      left -= 1;
      const startMs = performance.now();
      await calls[operation](number);
      latencies.push(performance.now() - startMs);
    }
  };
  const start = process.cpuUsage();
  const startMs = performance.now();
  try {
    await Promise.all(Array.from({ length: atOnce }, (_, number) => caller(number)));
    const { user, system } = process.cpuUsage(start);
    const wallUs = ((performance.now() - startMs) * 1000) / count;
    const sorted = latencies.toSorted((left, right) => left - right);
    process.send({
      cpuUs: (user + system) / count,
      wallUs,
      p50Ms: sorted[sorted.length >> 1],
      p99Ms: sorted[Math.floor(sorted.length * 0.99)],
    });
  } catch (thrown) {
    process.send({ failure: String(thrown) });
  }
};

process.on("message", (given) => void measure(given));
process.on("disconnect", () => process.exit());
process.send("ready");
