import type { PaymentLinks } from "@tautan/core";
import { run, runFirst, type Unit } from "../database/unit.ts";
import { addGateway, listGateways, renameGateway } from "../statements/gateways.ts";
import { findMeta, putMeta } from "../statements/meta.ts";

/** The numbers of the gateways, under which their links are stored: a renamed gateway keeps its number. */
export interface GatewayRefs {
  refOf(key: string): number;
  /** The present key. */
  keyOf(ref: number): string;
  /** The number of a key or of one of its aliases, if there is such a gateway. */
  find(key: string): number | undefined;
  /** Whether there is a gateway with a number. */
  has(ref: number): boolean;
  readonly keys: readonly string[];
}

/** Gives each configured gateway its number, and the gateways that were renamed their present key. */
export function* registerGateways(links: PaymentLinks): Unit<GatewayRefs> {
  const stored = yield* run(listGateways, {});
  const former = yield* readFormer();
  const keys = new Set(stored.map(({ key }) => key));
  const isKnown = (key: string): boolean => keys.has(key) || formerRow(links, stored, former, key) !== undefined;
  const isComplete = links.gateways.every(isKnown) && stored.every(({ key }) => presentKey(links, key) === key);
  if (!isComplete) {
    for (const { ref, key } of stored) {
      const present = presentKey(links, key);
      // Both names were used as two gateways before: then they stay two.
      if (present === key || keys.has(present)) continue;
      yield* run(renameGateway, { ref, key: present });
      former.set(key, ref);
      yield* run(putMeta, { key: FORMER, value: JSON.stringify(Object.fromEntries(former)) });
      keys.add(present);
    }
    for (const key of links.gateways) if (!isKnown(key)) yield* run(addGateway, { key });
  }
  return refsOf(links, isComplete ? stored : yield* run(listGateways, {}), former);
}

interface GatewayRow {
  readonly key: string;
  readonly ref: number;
}

/** The former keys of gateways, with their numbers: a process with the old configuration may still run, or run again. */
const FORMER = "former_gateways";

function* readFormer(): Unit<Map<string, number>> {
  const found = yield* runFirst(findMeta, { key: FORMER });
  return new Map(Object.entries(JSON.parse(found?.value ?? "{}") as Record<string, number>));
}

/** The row of a gateway that other processes know by a later key. If this process knows both keys, they are two gateways. */
const formerRow = (
  links: PaymentLinks,
  rows: readonly GatewayRow[],
  former: ReadonlyMap<string, number>,
  key: string,
): GatewayRow | undefined =>
  rows.some((row) => row.key === key)
    ? undefined
    : rows.find((row) => row.ref === former.get(key) && !links.gateways.includes(presentKey(links, row.key)));

const presentKey = (links: PaymentLinks, key: string): string => links.canonicalId(`${key}:x`)?.split(":")[0] ?? key;

/** The gateways, read again if that of a row is not among them: a process that was started later may have added it. */
export function* gatewaysFor(
  { links }: { readonly links: PaymentLinks },
  refs: GatewayRefs,
  row: { readonly gateway_ref: number | null },
): Unit<GatewayRefs> {
  if (row.gateway_ref === null || refs.has(row.gateway_ref)) return refs;
  return refsOf(links, yield* run(listGateways, {}), yield* readFormer());
}

const refsOf = (
  links: PaymentLinks,
  stored: readonly GatewayRow[],
  former: ReadonlyMap<string, number>,
): GatewayRefs => {
  // In this process, a gateway has the key of its configuration.
  const own = new Map(
    links.gateways.flatMap((key) => {
      const row = formerRow(links, stored, former, key);
      return row ? [[row.ref, key] as const] : [];
    }),
  );
  const rows = stored.map(({ ref, key }) => ({ ref, key: own.get(ref) ?? key }));
  const byKey = new Map(rows.map(({ ref, key }) => [key, ref]));
  const byRef = new Map(rows.map(({ ref, key }) => [ref, key]));
  return {
    refOf: (key) => known(byKey.get(key), `the gateway ${key}`),
    keyOf: (ref) => known(byRef.get(ref), `the gateway with the number ${ref}`),
    find: (key) => byKey.get(key) ?? byKey.get(presentKey(links, key)),
    has: (ref) => byRef.has(ref),
    keys: [...byKey.keys()],
  };
};

const known = <T>(value: T | undefined, name: string): T => {
  if (value === undefined) throw new TypeError(`${name} is not in the table tautan_gateways`);
  return value;
};
