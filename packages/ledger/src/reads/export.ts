import { describeMethod } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import type { LedgerContext } from "../context.ts";
import { run, type Unit } from "../database/unit.ts";
import type { LedgerError, RefusedError } from "../errors.ts";
import type { GatewayRefs } from "../schema/gateways.ts";
import { EXPORTS, type ExportedHistory, type ExportParameters } from "../statements/exports.ts";
import { csvLine } from "./csv.ts";
import { recordedOf } from "./histories.ts";
import { readerOf } from "./query-reader.ts";
import type { ExportedPayment, ExportFormat, ExportQuery, RecordedHistory } from "./types.ts";

/** Payments of one chunk, and so of what is in memory at a time. */
const CHUNK = 200;

/** Writes the payments of a range, a chunk at a time. The first error ends it. */
export async function* exportPayments(
  context: LedgerContext,
  query: ExportQuery,
): AsyncGenerator<Result<string, LedgerError>, void, undefined> {
  const refs = await context.ready();
  if (refs.isErr()) return yield err(refs.error);
  const checked = checkQuery(context, refs.value, query);
  if (checked.isErr()) return yield err(checked.error);
  const { format, from, range } = checked.value;
  const statement = EXPORTS[range.gatewayRef === null ? "ofAll" : "ofGateway"];
  let after = { afterAt: from, afterRef: 0 };
  let head = format === "csv" ? csvLine(COLUMNS) : "";
  for (;;) {
    const page = await context.engine.read(() => pageUnit(context, refs.value, statement, { ...range, ...after }));
    if (page.isErr()) return yield err(page.error);
    const { last, payments } = page.value;
    const chunk = `${head}${payments.map(WRITERS[format]).join("")}`;
    head = "";
    if (chunk !== "") yield ok(chunk);
    if (payments.length < CHUNK || !last) return;
    after = { afterAt: last.moment, afterRef: last.ref };
  }
}

const FORMATS: Readonly<Record<ExportFormat, true>> = { jsonl: true, csv: true };

interface CheckedExport {
  readonly format: ExportFormat;
  readonly from: string;
  readonly range: Pick<ExportParameters, "to" | "gatewayRef" | "limit">;
}

const checkQuery = (
  context: LedgerContext,
  refs: GatewayRefs,
  query: ExportQuery,
): Result<CheckedExport, RefusedError> => {
  const reader = readerOf(context, refs, query, ["format", "from", "to", "gateway"]);
  const format = reader.word("format", FORMATS) ?? reader.refuse("format", "jsonl or csv", "Pass format.") ?? "jsonl";
  const { from, to } = reader.range();
  return reader.result({ format, from, range: { to, gatewayRef: reader.gateway("gateway") ?? null, limit: CHUNK } });
};

function* pageUnit(
  context: LedgerContext,
  refs: GatewayRefs,
  statement: (typeof EXPORTS)["ofAll"],
  parameters: ExportParameters,
): Unit<{ readonly payments: readonly ExportedPayment[]; readonly last: ExportedHistory | undefined }> {
  const rows = yield* run(statement, parameters);
  const payments: ExportedPayment[] = [];
  for (const row of rows) payments.push(paymentOf(yield* recordedOf(context, refs, row)));
  return { payments, last: rows.at(-1) };
}

const paymentOf = (recorded: RecordedHistory): ExportedPayment => {
  const { history, reference, linkId, mark, firstSeenAt, changedAt, learntBy } = recorded;
  const { gateway, id, status, isPaid, amount, refunded, method, paidAt, settledAt } = history;
  return {
    gateway,
    reference,
    linkId,
    historyId: id,
    status,
    isPaid,
    mark: mark ?? null,
    currency: amount?.currency ?? null,
    amount: amount?.amount ?? null,
    refunded: refunded?.amount ?? null,
    fee: "unknown",
    method: method ? describeMethod(method) : null,
    paidAt: paidAt ?? null,
    settledAt: settledAt ?? null,
    firstSeenAt,
    changedAt,
    learntBy,
  };
};

/** The columns, in their order. The compiler checks that none is missing. */
const COLUMN_NAMES: Readonly<Record<keyof ExportedPayment, true>> = {
  gateway: true,
  reference: true,
  linkId: true,
  historyId: true,
  status: true,
  isPaid: true,
  mark: true,
  currency: true,
  amount: true,
  refunded: true,
  fee: true,
  method: true,
  paidAt: true,
  settledAt: true,
  firstSeenAt: true,
  changedAt: true,
  learntBy: true,
};

const COLUMNS = Object.keys(COLUMN_NAMES) as readonly (keyof ExportedPayment)[];

const WRITERS: Readonly<Record<ExportFormat, (payment: ExportedPayment) => string>> = {
  jsonl: (payment) => `${JSON.stringify(payment)}\n`,
  csv: (payment) => csvLine(COLUMNS.map((column) => String(payment[column] ?? ""))),
};
