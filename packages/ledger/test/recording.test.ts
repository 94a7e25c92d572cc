// A schedule of the chaos run, written down step by step for the inspector of the sandbox.
import { readFileSync, rmSync } from "node:fs";
import { createSandbox, type Recording, type RecordingEntry, type RecordingValue } from "@tautan/sandbox";
import { expect, onTestFinished, test } from "vitest";
import { createRecorder } from "./chaos/recorder.ts";
import { playPart, playSchedule, recordSchedule, textOf, waysTo } from "./chaos/run.ts";
import { fileStore, type Store, sharedStore } from "./chaos/stores.ts";

const SEED = 7;

const opened = (open: () => Store): Store => {
  const store = open();
  onTestFinished(() => store.end());
  return store;
};

const record = async (open: () => Store, schedule: number) => {
  const store = opened(open);
  return recordSchedule("shared", store, SEED, schedule);
};

test.each([
  ["shared", sharedStore],
  ["file", fileStore],
] as const)("a seed gives the same bytes twice: %s", async (_, open) => {
  for (let schedule = 0; schedule < 10; schedule += 1) {
    const [one, other] = [await record(open, schedule), await record(open, schedule)];
    expect(textOf(one.recording)).toBe(textOf(other.recording));
    expect(one.recording.violations).toEqual([]);
  }
});

test("it has all that happens: calls and answers, webhooks, handlers, kills and the statements at which they happened", async () => {
  const entries: RecordingEntry[] = [];
  // Together they have each of the following.
  for (const schedule of [0, 1, 2, 5, 40, 69])
    entries.push(...(await record(sharedStore, schedule)).recording.steps.flatMap((step) => step.entries));
  const has = (kind: string, outcome: string): boolean =>
    entries.some((entry) => entry.kind === kind && entry.outcome?.text === outcome);
  for (const [kind, outcome] of [
    ["call", "ok"],
    ["call", "unavailable"],
    ["webhook", "200 applied"],
    ["webhook", "200 duplicate"],
    ["webhook", "200 stored"],
    ["webhook", "no answer"],
    ["webhook", "503 database_full"],
    ["handler", "committed"],
    ["handler", "not committed"],
    ["handler", "threw before its write"],
    ["handler", "threw after its write"],
  ] as const)
    expect([kind, outcome, has(kind, outcome)]).toEqual([kind, outcome, true]);
  const fault = entries.find(({ kind, title }) => kind === "fault" && title === "killed before a statement");
  expect(fault?.detail).toMatch(/^(?:BEGIN|COMMIT|select|insert|update|delete|with)/i);
  const webhook = entries.find(({ kind }) => kind === "webhook");
  expect(JSON.parse(webhook?.request?.body ?? "")).toHaveProperty("payment");
});

type Rows = ReadonlyMap<string, Readonly<Record<string, RecordingValue>>>;

const unescaped = (text: string): string =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

/** The rows of a page, by its own ids. */
const rowsOnPage = (html: string): ReadonlyMap<string, Readonly<Record<string, string | null>>> =>
  new Map(
    html
      .split(/(?=<(?:section|details) class="row-state")/)
      .slice(1)
      .filter((part) => !part.includes("removed</span>"))
      .map((part) => {
        const id = /id="row-([^"]+)"/.exec(part)?.[1] ?? "";
        const columns = [
          ...part.matchAll(/<dt>([^<]+)<\/dt><dd>(?:<del>.*?<\/del> )?(?:<ins>)?(?:<code>(.*?)<\/code>)?/gs),
        ];
        return [
          id,
          Object.fromEntries(
            columns.map(([, name = "", value]) => [name, value === undefined ? null : unescaped(value)]),
          ),
        ];
      }),
  );

const shown = (rows: Rows): ReadonlyMap<string, Readonly<Record<string, string | null>>> =>
  new Map(
    [...rows].map(([id, values]) => [
      id,
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          value === "" ? "''" : value === null ? null : String(value),
        ]),
      ),
    ]),
  );

const TABLES: Readonly<Record<string, readonly string[]>> = {
  tautan_links: ["ref"],
  tautan_histories: ["ref"],
  tautan_deliveries: ["ref"],
  tautan_events: ["seq"],
  tautan_lanes: ["consumer", "link_ref"],
  effects: ["n"],
};

const isOfTables = (id: string): boolean => Object.keys(TABLES).some((table) => id.startsWith(`${table}-`));

/** What the database has, read without the recorder. */
const dump = async (store: Store): Promise<Rows> => {
  const rows = new Map<string, Readonly<Record<string, RecordingValue>>>();
  for (const [table, keys] of Object.entries(TABLES)) {
    for (const row of await store.query<Record<string, unknown>>(`SELECT * FROM ${table}`)) {
      const values = Object.entries(row).map(([name, value]) => [
        name,
        value instanceof Uint8Array ? Buffer.from(value).toString() : (value as RecordingValue),
      ]);
      rows.set(
        `${table}-${encodeURIComponent(keys.map((key) => String(row[key])).join(" "))}`,
        Object.fromEntries(values),
      );
    }
  }
  return rows;
};

test("stepping forward and back shows what the database had after each step", async () => {
  const store = opened(sharedStore);
  const recorder = createRecorder(store);
  const dumps: Rows[] = [];
  const watching = {
    ...recorder,
    begin: async (title: string) => {
      dumps.push(await dump(store));
      await recorder.begin(title);
    },
  };
  // As recordSchedule does.
  await playSchedule("shared", store, SEED, 12);
  expect(await playSchedule("shared", store, SEED, 12, new Map(), watching)).toBeUndefined();
  dumps.push(await dump(store));
  const recording = await recorder.end({ title: "schedule 12" }, []);
  // The first is of the time before the first step.
  const expected = dumps.slice(1).map(shown);
  expect(recording.steps.length).toBe(expected.length);

  const sandbox = await createSandbox({ replay: recording, gateways: ["xfers"] });
  onTestFinished(() => sandbox.close());
  const forward = expected.map((_, index) => index);
  for (const index of [...forward, ...forward.toReversed()]) {
    const page = await (await fetch(`${sandbox.control.url}/inspector/replay/${index + 1}`)).text();
    const rows = new Map([...rowsOnPage(page)].filter(([id]) => isOfTables(id)));
    // Leases are named by chance.
    const withoutLease = (all: ReturnType<typeof shown>) =>
      Object.fromEntries([...all].toSorted().map(([id, { lease: _, ...values }]) => [id, values]));
    expect(withoutLease(rows)).toEqual(withoutLease(expected[index] ?? new Map()));
  }
});

test("a schedule that breaks a promise keeps its steps, and names the commands that show them", async () => {
  const store = opened(sharedStore);
  // A merchant whose handler writes twice.
  const broken: Store = {
    ...store,
    handler: (before, after) => {
      const once = store.handler(before, after);
      return (event, tx) => {
        once(event, tx);
        return once(event, tx);
      };
    },
  };
  const stores = { shared: broken, file: undefined, postgres: undefined };
  const { failures } = await playPart(stores, { seed: SEED, split: { postgres: 0, file: 0 }, from: 12, to: 13 });
  const [failure] = failures;
  const file = failure?.recording ?? "";
  onTestFinished(() => rmSync(file, { force: true }));
  expect(failure && waysTo(SEED, failure).split("\n")).toEqual([
    "npm run chaos -- --seed 7 --schedule 12 --on shared",
    "npm run chaos -- --seed 7 --schedule 12 --on shared --open",
    `tautan dev --replay ${file}`,
  ]);
  const recording = JSON.parse(readFileSync(file, "utf8")) as Recording;
  expect(recording.violations).toEqual(failure?.violations.map(({ kind, text }) => `${kind}: ${text}`));
  expect(recording.violations.join()).toContain("doubled: ");
  const sandbox = await createSandbox({ replay: file, gateways: ["xfers"] });
  onTestFinished(() => sandbox.close());
  expect(await (await fetch(`${sandbox.control.url}/inspector/replay`)).text()).toContain("doubled: ");
});
