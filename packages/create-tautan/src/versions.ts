import type { Database, Framework } from "./choices.ts";

/** Packages of others with the versions that this release was tested with. A test compares them with the installed ones. */
export const VERSIONS = {
  "@hono/node-server": "2.1.8",
  "@types/express": "5.0.6",
  "@types/node": "24.19.2",
  "@types/pg": "8.23.1",
  "@types/react": "19.3.3",
  express: "5.3.0",
  fastify: "5.12.8",
  hono: "4.13.19",
  neverthrow: "8.2.0",
  next: "16.4.6",
  pg: "8.23.1",
  react: "19.3.1",
  "react-dom": "19.3.1",
  typescript: "7.0.2",
  vitest: "5.1.0",
} as const;

type Name = keyof typeof VERSIONS;

interface Packages {
  readonly runtime: readonly Name[];
  readonly development: readonly Name[];
}

/** The packages of each framework. */
export const PACKAGES_OF_FRAMEWORK: Readonly<Record<Framework, Packages>> = {
  hono: { runtime: ["@hono/node-server", "hono"], development: [] },
  express: { runtime: ["express"], development: ["@types/express"] },
  fastify: { runtime: ["fastify"], development: [] },
  next: { runtime: ["next", "react", "react-dom"], development: ["@types/react"] },
  node: { runtime: [], development: [] },
};

/** The packages of each database. */
export const PACKAGES_OF_DATABASE: Readonly<Record<Database, Packages>> = {
  sqlite: { runtime: [], development: [] },
  postgres: { runtime: ["pg"], development: ["@types/pg"] },
};
