// The time from the arrival of a webhook to its answer, and to the end of its handler, while `process` runs: one webhook after the other, so
// that nothing waits in a queue.
import { quantile } from "./figures.mjs";

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

export const printLatency = (name, { answered, handled }) => {
  console.log(`\n${name.padEnd(58)} ms: median, 99 of 100`);
  for (const [what, times] of Object.entries({
    "webhook to its answer": answered,
    "webhook to the end of its handler (before its commit)": handled,
  })) {
    console.log(
      `${what.padEnd(58)} ${quantile(times, 0.5).toFixed(2).padStart(8)}  ${quantile(times, 0.99).toFixed(2)}`,
    );
  }
};
