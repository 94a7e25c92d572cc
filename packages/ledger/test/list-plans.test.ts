// SQLite has no statistics unless somebody makes them, and then takes the index that seems to fit best. Each list must take the one by
// which it reads the fewest rows, in the order of the list.
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { createCompiler, type Statement } from "../src/database/statement.ts";
import { migrationsFrom, preparations } from "../src/schema/migrations.ts";
import { EVENT_LISTS, findEvent } from "../src/statements/events.ts";
import { EXPORTS } from "../src/statements/exports.ts";
import { HISTORY_LISTS, historyFilters } from "../src/statements/history-lists.ts";
import { LINK_LISTS, listKey } from "../src/statements/lists.ts";
import { GROUPS } from "../src/statements/totals.ts";
import { trailEvents } from "../src/statements/trail.ts";

const database = new DatabaseSync(":memory:");
for (const text of [...preparations("sqlite", undefined), ...migrationsFrom(0, "sqlite", undefined)])
  database.exec(text);
const compiled = createCompiler("sqlite");

const planOf = (statement: Statement<never, unknown>): string => {
  const { sql } = compiled({ statement, parameters: {} });
  const values = Array.from(sql.matchAll(/\?/g), () => null);
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
  return rows.map(({ detail }) => String(detail).replaceAll("tautan_", "")).join("; ");
};

const planned = (lists: Readonly<Record<string, (typeof LINK_LISTS)[string] | (typeof HISTORY_LISTS)[string]>>) =>
  Object.entries(lists).map(([name, statement]) => [name, planOf(statement)] as const);

test.each(planned(LINK_LISTS))("links by %s", (name, plan) => {
  if (name.includes("customer"))
    return expect(plan).toMatch(/^SEARCH links USING INDEX links_customer \(customer_key=\?/);
  const index = name.startsWith("prefix")
    ? "sqlite_autoindex_links_1 (reference>? AND reference<?)"
    : name.startsWith("status")
      ? "links_status (status=? AND created_at>? AND created_at<?)"
      : name.startsWith("gateway")
        ? "links_gateway (gateway_ref=? AND created_at>? AND created_at<?)"
        : "links_created (created_at>? AND created_at<?)";
  expect(plan).toBe(`SEARCH links USING INDEX ${index}`);
});

const OF_FILTERS = {
  link: "histories_link (link_ref=? AND ref",
  mark: "histories_mark (mark=? AND changed_at>? AND changed_at<?)",
  exception: "histories_status (status=? AND changed_at>? AND changed_at<?)",
  gateway: "histories_gateway (gateway_ref=? AND changed_at>? AND changed_at<?)",
};

test.each(planned(HISTORY_LISTS))("histories by %s", (name, plan) => {
  const index = Object.entries(OF_FILTERS).find(([filter]) => name.includes(filter))?.[1];
  if (index) {
    expect(plan).toContain(`SEARCH histories USING INDEX ${index}`);
    expect(plan).not.toContain("TEMP B-TREE");
    return;
  }
  // The page of each gateway, from the index alone, and then the first rows of them all.
  expect(plan).toMatch(/^SCAN gateways/);
  expect(plan).toContain(`SEARCH own USING COVERING INDEX ${OF_FILTERS.gateway}`);
  expect(plan).toContain("SEARCH histories USING INTEGER PRIMARY KEY (rowid=?)");
  expect(plan.match(/TEMP B-TREE/g)).toHaveLength(1);
});

test("there is a list of histories for every query", () => {
  const given = (value: unknown) => [undefined, value];
  for (const link of given("memory:L1"))
    for (const mark of given("late"))
      for (const status of [undefined, "paid", "settled", "disputed"])
        for (const gateway of given(1))
          expect(HISTORY_LISTS[listKey(historyFilters({ link, mark, status, gateway }), "newest_first")]).toBeDefined();
});

test.each([trailEvents, EVENT_LISTS.ofLink.all, EVENT_LISTS.ofLink.handled])("events of a link by $name", (each) => {
  expect(planOf(each)).toMatch(/SEARCH events USING (?:COVERING )?INDEX sqlite_autoindex_events_1 \(link_ref=\?\)/);
});

test("an event by its id", () => {
  const plan = planOf(findEvent);
  expect(plan).toContain("SEARCH events USING INDEX sqlite_autoindex_events_1 (link_ref=? AND id=?)");
  expect(plan).not.toContain("SCAN links");
  expect(plan).not.toContain("SCAN histories");
});

test.each(planned(EXPORTS as never))("an export %s", (_, plan) => {
  expect(plan).toContain("SEARCH histories USING INDEX histories_moment (<expr>>? AND <expr><?)");
  expect(plan).not.toContain("TEMP B-TREE");
});

test.each(planned(GROUPS as never))("totals %s", (_, plan) => {
  expect(plan).toContain("SEARCH histories USING INDEX histories_moment (<expr>>? AND <expr><?)");
});
