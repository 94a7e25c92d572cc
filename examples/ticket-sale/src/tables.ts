// The shop's own tables, beside those of the ledger in the same database.
import type pg from "pg";

/** The counts of the sale so far. */
export interface Progress {
  readonly tickets: number;
  /** Payments for which there was no ticket any more: their payers get the money back. */
  readonly refunds: number;
  /** Different payments among both: fewer than both together if a payment was handled twice. */
  readonly payments: number;
}

export const createTables = async (database: pg.Pool): Promise<void> => {
  await database.query(`
    CREATE TABLE tickets (number INTEGER PRIMARY KEY, payment TEXT NOT NULL, worker TEXT NOT NULL);
    CREATE TABLE refunds_due (id SERIAL PRIMARY KEY, payment TEXT NOT NULL, worker TEXT NOT NULL);
  `);
};

export const progressOf = async (database: pg.Pool): Promise<Progress> => {
  const { rows } = await database.query<Progress>(`
    WITH payments AS (SELECT payment FROM tickets UNION ALL SELECT payment FROM refunds_due)
    SELECT
      (SELECT count(*) FROM tickets)::int AS tickets,
      (SELECT count(*) FROM refunds_due)::int AS refunds,
      (SELECT count(DISTINCT payment) FROM payments)::int AS payments
  `);
  return rows[0] as Progress;
};

/** Tickets and refunds by the worker that made them. */
export interface Share {
  readonly worker: string;
  readonly tickets: number;
  readonly refunds: number;
}

export const sharesOf = async (database: pg.Pool): Promise<readonly Share[]> => {
  const { rows } = await database.query<Share>(`
    SELECT worker, sum(ticket)::int AS tickets, sum(refund)::int AS refunds FROM (
      SELECT worker, 1 AS ticket, 0 AS refund FROM tickets UNION ALL SELECT worker, 0, 1 FROM refunds_due
    ) AS made GROUP BY worker ORDER BY worker
  `);
  return rows;
};
