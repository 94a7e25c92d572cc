// How the cost of one item changes from 10 to 100,000 of them. A cost in proportion to their number leaves the ratios at 1.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createPaymentLinks, idr, mergeHistories, parsePaymentLinkHistory } from "../packages/core/dist/index.js";
import { createMemoryDriver } from "../packages/driver-memory/dist/index.js";
import { prepareDeliveries } from "./deliveries.mjs";
import { shuffle, tableOf } from "./statistics.mjs";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

const must = (result) => {
  if (result.isErr()) throw new Error(JSON.stringify(result.error));
  return result.value;
};

/** The history of a genuine delivery, as JSON, from which others are made. */
const sampleHistory = async () => {
  const { links, deliveries } = await prepareDeliveries();
  const [{ history }] = must(await links.parseWebhook("midtrans", deliveries.midtrans)).observations;
  return JSON.parse(JSON.stringify(history));
};

const attempt = (sample, number) => ({
  ...sample.record.attempts[0],
  id: `attempt-${String(number).padStart(7, "0")}`,
});

const withAttempts = (sample, numbers) => ({
  ...sample,
  record: { ...sample.record, attempts: numbers.map((number) => attempt(sample, number)) },
});

const settled = (history) => ({
  ...history,
  record: {
    ...history.record,
    attempts: history.record.attempts.map((each) => ({
      ...each,
      facts: { ...each.facts, settled: { at: "2026-01-03T00:00:00.000Z" } },
    })),
  },
});

const named = (sample, providerId) => ({
  ...sample,
  id: `midtrans:${providerId}`,
  providerId,
  record: { ...sample.record, providerId },
});

const numbersTo = (count) => Array.from({ length: count }, (_, index) => index);
const read = (stored) => must(parsePaymentLinkHistory(stored));

/** By size: a function that does the work for all items of that size. */
const mergesOfOne = (sample, count) => {
  const stored = read(withAttempts(sample, numbersTo(count)));
  const report = read(settled(withAttempts(sample, [count >> 1])));
  return () => {
    if (mergeHistories(stored, report) === stored) throw new Error("the report added nothing");
  };
};

const readsOfOne = (sample, count) => {
  const stored = withAttempts(sample, numbersTo(count));
  return () => void read(stored);
};

const mergesOfMany = (sample, count) => {
  const histories = numbersTo(count).map((number) => read(named(sample, `order-${number}`)));
  const report = settled(sample);
  const reports = numbersTo(count).map((number) => read(named(report, `order-${number}`)));
  return () => {
    const store = new Map(histories.map((each) => [each.id, each]));
    for (const each of reports) store.set(each.id, mergeHistories(store.get(each.id), each));
  };
};

const createdLinks = async (count) => {
  const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });
  for (let number = 0; number < count; number += 1) {
    must(await links.create({ reference: `INV-${number}`, title: "Concert", amount: idr(190_000) }));
  }
  return links;
};

const pages = async (count) => {
  const links = await createdLinks(count);
  return async () => {
    let seen = 0;
    for await (const page of links.listPages({ limit: 100 })) seen += must(page).items.length;
    if (seen !== count) throw new Error(`expected ${count} links, got ${seen}`);
  };
};

/** Items of a slice: small sizes are repeated, so that each slice is long enough. */
const SLICE_ITEMS = 2000;

const takeSizes = async (sizes, { rounds, make }) => {
  const subjects = [];
  for (const size of sizes) subjects.push({ size, run: await make(size), values: [] });
  for (let round = -1; round < rounds; round += 1) {
    for (const { size, run, values } of shuffle(subjects)) {
      const times = Math.max(1, Math.ceil(SLICE_ITEMS / size));
      const start = process.cpuUsage();
      for (let time = 0; time < times; time += 1) await run();
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) values.push((user + system) / times / size);
    }
  }
  return Object.fromEntries(subjects.map(({ size, values }) => [String(size), values]));
};

const heldBytes = async (size, make) => {
  collect();
  const before = process.memoryUsage().heapUsed;
  const held = await make(size);
  collect();
  const bytes = process.memoryUsage().heapUsed - before;
  if (held === undefined) throw new Error("nothing is held");
  return bytes / size;
};

const takeBytes = async (sizes, { rounds, make }) => {
  const figures = Object.fromEntries(sizes.map((size) => [String(size), []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const size of shuffle(sizes)) {
      const bytes = await heldBytes(size, make);
      if (round >= 0) figures[size].push(bytes);
    }
  }
  return figures;
};

export const measure = async ({ quick }) => {
  const sizes = quick ? [10, 100, 1000, 10_000] : [10, 100, 1000, 10_000, 100_000];
  const rounds = quick ? 5 : 9;
  const sample = await sampleHistory();
  const common = { unit: "µs an item", reference: "1000" };
  const timed = async (id, title, make) =>
    tableOf({ id, title, ...common, figures: await takeSizes(sizes, { rounds, make: (size) => make(size) }) });
  // Of ten items, most bytes are those of the process.
  const large = sizes.filter((size) => size >= 1000);
  const held = async (id, title, make) =>
    tableOf({ id, title, ...common, unit: "bytes an item", figures: await takeBytes(large, { rounds: 3, make }) });
  return [
    await timed("growth-attempts", "One report merged into a history of so many attempts, with its status", (size) =>
      mergesOfOne(sample, size),
    ),
    await timed("growth-stored", "A stored history of so many attempts, read, with its status", (size) =>
      readsOfOne(sample, size),
    ),
    await timed("growth-histories", "So many histories, each merged with one report", (size) =>
      mergesOfMany(sample, size),
    ),
    await timed("growth-pages", "So many links in memory, listed in pages of 100", pages),
    await held("growth-history-bytes", "Memory of a history that is held", (size) =>
      numbersTo(size).map((number) => read(named(sample, `order-${number}`))),
    ),
    await held("growth-link-bytes", "Memory of a link that the memory gateway holds", createdLinks),
  ];
};
