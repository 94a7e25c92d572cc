// A process that creates links, and is killed on the way. It asks its gateway through its parent.
import { idr } from "@tautan/core";
import type { AnyDriver, DriverError, DriverHandlers } from "@tautan/core/driver";
import { createManualClock, createMemoryDriver } from "@tautan/driver-memory";
import { err, ok, type Result } from "neverthrow";
import { type Database, postgres, sqlite } from "../../src/index.ts";
import { systemTimer } from "../../src/timer.ts";
import type { Fate, Process } from "./elsewhere.ts";
import { startProcess } from "./elsewhere.ts";

/** What the parent tells the process to do. */
export interface Errand {
  readonly address: { readonly file: string } | { readonly url: string; readonly schema: string };
  /** The time, in milliseconds since 1970. It stands still. */
  readonly nowMs: number;
  readonly references: readonly string[];
  /** When it kills itself. */
  readonly death?: { readonly fate: Fate; readonly step: number };
}

/** What the process asks of its gateway. */
export interface Ask {
  readonly ask: number;
  readonly handler: "create" | "find" | "get";
  readonly inputs: readonly unknown[];
}

/** What the gateway answers. */
interface Answer {
  readonly answer: number;
  readonly value?: unknown;
  readonly error?: DriverError;
}

/** What became of its creates: ids, or kinds of errors. */
export interface Report {
  readonly created: readonly string[];
}

const errand = JSON.parse(process.argv[2] ?? "") as Errand;
const waiting = new Map<number, (answer: Answer) => void>();
process.on("message", (message: Answer) => waiting.get(message.answer)?.(message));

let asks = 0;
const ask =
  (handler: Ask["handler"]) =>
  async (...inputs: readonly unknown[]): Promise<Result<unknown, DriverError>> => {
    asks += 1;
    const number = asks;
    const answered = new Promise<Answer>((resolve) => waiting.set(number, resolve));
    // The context of a call stays here.
    process.send?.({ ask: number, handler, inputs: inputs.slice(0, 1) } satisfies Ask);
    const { value, error } = await answered;
    return error ? err(error) : ok(value);
  };

const connect = (): Database<unknown, undefined> => {
  const { address } = errand;
  const database = "file" in address ? sqlite(address.file) : postgres(address.url, { schema: address.schema });
  return database as unknown as Database<unknown, undefined>;
};

const start = (): Promise<Process> => {
  const clock = createManualClock(new Date(errand.nowMs));
  const memory = createMemoryDriver({ clock });
  const handlers = {
    ...(memory.handlers as DriverHandlers),
    create: ask("create"),
    find: ask("find"),
    get: ask("get"),
  };
  return startProcess(clock, { driver: { ...memory, handlers } as unknown as AnyDriver }, connect(), systemTimer);
};

const creator = await start();
if (errand.death) {
  creator.meets(errand.death.fate, errand.death.step);
  void creator.gone.then(() => process.kill(process.pid, "SIGKILL"));
}
const created = await Promise.all(
  errand.references.map((reference) => creator.ledger.create({ reference, amount: idr(190_000) })),
);
const report: Report = { created: created.map((each) => (each.isOk() ? each.value.id : each.error.kind)) };
process.send?.(report, () => process.exit(0));
