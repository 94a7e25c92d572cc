import { GATEWAYS } from "./gateways.ts";

export { GATEWAYS } from "./gateways.ts";

/** The frameworks of a project; the first is the default. */
export const FRAMEWORKS = ["hono", "express", "fastify", "next", "node"] as const;
/** The databases of a project; the first is the default. */
export const DATABASES = ["sqlite", "postgres"] as const;

/** The framework of a project. `node` is `node:http` alone. */
export type Framework = (typeof FRAMEWORKS)[number];
/** The database of a project, for its orders and the ledger. */
export type Database = (typeof DATABASES)[number];
/** A gateway of a project. */
export type Gateway = (typeof GATEWAYS)[number];

/** The choices that make a project. */
export interface Choices {
  /** The name in package.json. */
  readonly name: string;
  readonly framework: Framework;
  readonly database: Database;
  /** At least one. The first is the default of the configuration. */
  readonly gateways: readonly Gateway[];
}

/** The gateway of who names none. */
export const DEFAULT_GATEWAY: Gateway = "midtrans";

/** The choices of who answers no question, without the name. */
export const DEFAULT_CHOICES: Omit<Choices, "name"> = {
  framework: "hono",
  database: "sqlite",
  gateways: [DEFAULT_GATEWAY],
};
