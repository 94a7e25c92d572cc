// Every entry point of the packed packages, as their manifests export them.

/** @returns for each entry point its `specifier` and the `manifest` of its package */
export const entryPointsOf = (packed) =>
  packed.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((path) => !path.endsWith(".json") && !path.includes("*"))
      .map((path) => ({ specifier: `${manifest.name}${path.slice(1)}`, manifest })),
  );

const optionalPeersOf = ({ peerDependenciesMeta = {} }) =>
  Object.entries(peerDependenciesMeta).flatMap(([name, { optional }]) => (optional ? [name] : []));

/** A program that imports each entry point, and prints those that need an optional peer which is not installed. */
export const importProgram = (entryPoints) => {
  const rows = entryPoints.map(({ specifier, manifest }) => [specifier, optionalPeersOf(manifest)]);
  return `const without = [];
for (const [specifier, optionalPeers] of ${JSON.stringify(rows)}) {
  try {
    await import(specifier);
  } catch (error) {
    const missing = optionalPeers.find((peer) => String(error.message).includes(peer));
    if (!/MODULE_NOT_FOUND|UNDECLARED_DEPENDENCY/.test(error.code) || missing === undefined) {
      throw new Error("cannot import " + specifier, { cause: error });
    }
    without.push(specifier);
  }
}
console.log(JSON.stringify(without));
`;
};

/** A test of vitest that imports each entry point: vitest refuses to be imported outside of one. */
export const importTest = (entryPoints) => `import { expect, test } from "vitest";
test.each(${JSON.stringify(entryPoints.map(({ specifier }) => specifier))})("%s", async (specifier) => {
  expect(Object.keys(await import(specifier))).not.toEqual([]);
});
`;

/** A module whose types need those of every entry point. */
export const typesProgram = (entryPoints) =>
  [
    ...entryPoints.map(({ specifier }, at) => `import * as entryPoint${at} from ${JSON.stringify(specifier)};`),
    'import { createPaymentLinks, idr, type PaymentLink } from "@tautan/core";',
    'import { createMemoryDriver } from "@tautan/driver-memory";',
    'import { createLedger, sqlite } from "@tautan/ledger";',
    "",
    `export const all: readonly object[] = [${entryPoints.map((_, at) => `entryPoint${at}`).join(", ")}];`,
    'const links = createPaymentLinks({ default: "memory", gateways: { memory: createMemoryDriver() } });',
    'const ledger = createLedger({ links, database: sqlite("shop.db") });',
    'const created = await links.create({ reference: "INV-001", amount: idr(190_000) });',
    "export const link: PaymentLink | undefined = created.unwrapOr(undefined);",
    "await ledger.drain((event, tx) => {",
    '  if (event.type === "paid") tx.run("UPDATE orders SET paid_at = ? WHERE reference = ?", event.at, event.reference);',
    "});",
    "// @ts-expect-error: an amount needs its currency.",
    'void links.create({ reference: "INV-002", amount: 190_000 });',
    "",
  ].join("\n");

export const typesConfiguration = (resolution) => ({
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: "es2024",
    module: resolution === "bundler" ? "esnext" : "nodenext",
    moduleResolution: resolution,
    types: ["node"],
    skipLibCheck: false,
  },
  include: ["shop.ts"],
});
