import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { pgTransaction } from "../src/index.ts";

/** A connection whose server ends in the middle of a transaction. */
class LostClient extends EventEmitter {
  isClosed = false;

  async query(sql: string): Promise<{ rows: unknown[] }> {
    if (sql === "BEGIN") return { rows: [] };
    throw Object.assign(new Error("terminating connection due to unexpected postmaster exit"), { code: "57P01" });
  }

  release(isLost?: Error | boolean): void {
    this.isClosed = isLost === true;
  }
}

test("a connection that was closed can report an error once more without ending the process", async () => {
  const client = new LostClient();
  const transaction = pgTransaction({ connect: async () => client, end: async () => undefined });
  const lost = transaction(async (_tx, run) => {
    await run("INSERT INTO effects VALUES (1)", []);
  });
  await expect(lost).rejects.toThrow("unexpected postmaster exit");
  expect(client.isClosed).toBe(true);
  expect(() => client.emit("error", new Error("Connection terminated"))).not.toThrow();
});
