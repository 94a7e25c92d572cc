// Processes that are killed while they create links, and others that go on.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { AnyDriver } from "@tautan/core/driver";
import { createManualClock } from "@tautan/driver-memory";
import type { Result } from "neverthrow";
import { afterEach, describe, expect, test } from "vitest";
import type { Ask, Errand, Report } from "./support/creator-child.ts";
import { databaseKinds, type TestDatabase } from "./support/databases.ts";
import { openGateway, type SharedGateway } from "./support/elsewhere.ts";

const CHILD = join(import.meta.dirname, "support/creator-child.ts");
const NO_CALL = { signal: new AbortController().signal, clock: Date, operation: "create" };

type Handler = (input: unknown, context: unknown) => Promise<Result<unknown, object>>;

/** Answers what a child asks of the gateway, also if the child is dead by then. */
const serve = ({ driver }: SharedGateway, child: ChildProcess): void => {
  child.on("message", (message: Ask | Report) => {
    if (!("ask" in message)) return;
    const handler = (driver as AnyDriver).handlers[message.handler] as Handler;
    void handler(message.inputs[0], NO_CALL).then((result) => {
      const answered = result.isOk() ? { value: result.value } : { error: result.error };
      if (child.connected) child.send({ answer: message.ask, ...answered }, () => {});
    });
  });
};

/** Runs a child to its end: what it created, or the signal that killed it. */
const run = async (gateway: SharedGateway, errand: Errand): Promise<readonly string[] | string> => {
  const child = fork(CHILD, [JSON.stringify(errand)], { execArgv: ["--conditions=@tautan/source"] });
  serve(gateway, child);
  let created: readonly string[] = ["nothing was reported"];
  child.on("message", (message: Ask | Report) => {
    if ("created" in message) created = message.created;
  });
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  return signal ?? created;
};

/** The last moments of a process: the request is stored at step 0, noted as sent at 1, sent at 2, and its link stored at 3. */
const DEATHS: readonly NonNullable<Errand["death"]>[] = [
  { fate: "dies_before", step: 1 },
  { fate: "dies_after", step: 1 },
  { fate: "dies_after", step: 2 },
  { fate: "dies_after", step: 3 },
];

const kinds = (await databaseKinds()).filter(({ name }) => name !== "shared better-sqlite3 connection");

describe.each(kinds)("processes that create on $name", (kind) => {
  let database: TestDatabase;
  afterEach(() => database.end());

  test("are killed at any step, and two others go on at once: one link for each request", async () => {
    database = await kind.open();
    const { address } = database;
    if (!address) throw new Error("expected a database that a child can open");
    const clock = createManualClock("2026-01-01T00:00:00Z");
    const gateway = openGateway(clock, "lookup");
    const errands = DEATHS.map((death, index) => ({
      death,
      address,
      nowMs: clock.now(),
      references: [`INV-00${index}`],
    }));
    const ends = await Promise.all(errands.map((errand) => run(gateway, errand)));
    expect(ends).toEqual(DEATHS.map(() => "SIGKILL"));
    expect([gateway.creates(), await gateway.links()]).toEqual([2, 2]);

    const references = errands.flatMap((errand) => errand.references);
    const errand = { address, nowMs: clock.now() + 60_000, references: [...references, ...references] };
    const [one, other] = await Promise.all([run(gateway, errand), run(gateway, errand)]);
    expect(new Set(one).size).toBe(DEATHS.length);
    expect(one).toEqual(other);
    expect([gateway.creates(), await gateway.links()]).toEqual([DEATHS.length, DEATHS.length]);
    const states = await database.query("SELECT DISTINCT state FROM tautan_links");
    expect(states).toEqual([{ state: "made" }]);
    const told = await database.query("SELECT id FROM tautan_events WHERE type = 'link_made'");
    expect(told).toHaveLength(DEATHS.length);
  });
});
