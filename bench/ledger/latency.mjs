// The time from the arrival of a webhook to its answer, and to the end of its handler, while `process` runs: one webhook after the other, so
// that nothing waits in a queue.
import { quantile, spread } from "../statistics.mjs";

/** Webhooks before the first that counts. */
const WARM_UP = 50;

/**
 * Delivers webhooks one by one, each after the event of the one before was handled. Returns the milliseconds of each. `handling` makes a
 * handler, which returns a promise on PostgreSQL and must not on SQLite.
 */
export const measureLatency = async (ledger, webhooks, handling) => {
  const answered = [];
  const handled = [];
  let onHandled = () => {};
  const worker = ledger.process(handling(() => onHandled()));
  try {
    for (const [index, webhook] of webhooks.entries()) {
      const { promise, resolve } = Promise.withResolvers();
      onHandled = resolve;
      const start = performance.now();
      const response = await ledger.handle(requestOf(webhook), "memory");
      if (response.status !== 200) throw new Error(`expected the status 200, got ${response.status}`);
      const answeredMs = performance.now() - start;
      await promise;
      if (index < WARM_UP) continue;
      answered.push(answeredMs);
      handled.push(performance.now() - start);
    }
  } finally {
    await worker.stop();
  }
  return { answered, handled };
};

const requestOf = ({ headers, body }) =>
  new Request("https://shop.example/webhooks/memory", { method: "POST", headers, body });

const ANSWER = "webhook to its answer";

/** `latencies` are those of `measureLatency`, by what they were measured on. */
export const latencyTable = ({ id, title, latencies }) => {
  const rows = Object.entries(latencies).flatMap(([name, { answered, handled }]) => {
    const base = quantile(answered, 0.5);
    return Object.entries({ [ANSWER]: answered, "webhook to the end of its handler (before its commit)": handled }).map(
      ([what, times]) => [
        `${name}, ${what}`,
        {
          value: spread(times),
          p99: spread([quantile(times, 0.99)]),
          ratio: spread(times.map((each) => each / base)),
        },
      ],
    );
  });
  return { id, title, unit: "ms", reference: ANSWER, rounds: 1, rows: Object.fromEntries(rows) };
};
