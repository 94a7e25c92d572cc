import type pg from "pg";
import type { PgPool } from "../../src/index.ts";

/** A statement of the ledger on its way to PostgreSQL. */
export interface Passing {
  readonly name: string;
  readonly text: string;
  /** Whether it is part of a transaction. */
  readonly isInside: boolean;
  /** The rows that the same statement returned earlier in the same transaction. */
  readonly earlier: readonly object[] | undefined;
}

/** What is to happen to a statement: another text, rows without asking PostgreSQL, or something before it. */
export interface Rewriting {
  readonly text?: string;
  readonly rows?: readonly object[];
  readonly before?: string;
}

/** A pool that changes some of the ledger's statements, to see what would follow from that. */
export const rewritingPool = (pool: pg.Pool, rewrite: (passing: Passing) => Rewriting | undefined): PgPool => ({
  options: { max: pool.options.max },
  end: () => pool.end(),
  connect: async () => {
    const client = await pool.connect();
    let isInside = false;
    const earlier = new Map<string, readonly object[]>();
    return {
      query: async (...input: unknown[]) => {
        const [first] = input as [string | { name?: string; text: string }];
        if (typeof first === "string" && first.startsWith("BEGIN")) {
          isInside = true;
          earlier.clear();
        }
        if (first === "COMMIT" || first === "ROLLBACK") isInside = false;
        const name = typeof first === "string" ? "" : (first.name ?? "");
        const text = typeof first === "string" ? first : first.text;
        const change = rewrite({ name, text, isInside, earlier: isInside ? earlier.get(name) : undefined });
        if (change?.before !== undefined) await client.query(change.before);
        if (change?.rows) return { rows: [...change.rows] };
        const changed =
          change?.text === undefined || typeof first === "string"
            ? input
            : [{ ...first, name: `${name}_rewritten`, text: change.text }];
        // pg has many forms of it.
        const query = client.query.bind(client) as (
          ...given: unknown[]
        ) => Promise<{ rows: object[]; command: string }>;
        const result = await query(...changed);
        earlier.set(name, result.rows);
        return result;
      },
      release: (error) => client.release(error),
    };
  },
});
