import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(new URL("../../packages/ledger/package.json", import.meta.url));

/** A package that the ledger's tests use. */
export const fromLedger = (name) => import(pathToFileURL(require.resolve(name)).href);
