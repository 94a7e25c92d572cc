// Rows of histories: which are a link's, and one alone.
import type { CallContext, DriverError, DriverHistory, DriverLinkCandidate } from "@tautan/core/driver";
import { epochMsOf, failure, historyEvidence } from "@tautan/core/driver";
import { type JsonObject, parseTimestamp, readReply } from "@tautan/driver-kit/calls";
import { err, ok, type Result } from "neverthrow";
import type { SingapayClient } from "./client.ts";
import { loadWire } from "./load-wire.ts";
import { type AttemptReport, reportFromAttempt } from "./mapping.ts";
import type { Verdict } from "./paging.ts";
import { findRow } from "./search.ts";
import type * as Wire from "./wire.ts";
import type { LinkName, LinkReply } from "./wire.ts";

/** How much older than its link a row must be before none that follows can belong to it: clocks of two tables. */
const HISTORY_MARGIN_MS = 60 * 60 * 1000;

/**
 * Which rows of an account's histories are a link's. There is no filter for it: `reff_no` finds an attempt's own reference.
 * Source: github.com/Aturjadwal/singapay-ledger.
 */
export const judgeAttemptsOf = (link: LinkReply, { attemptReply, linkReference }: typeof Wire) => {
  const linkMadeAt = parseTimestamp(link.created_at);
  return (row: JsonObject): Result<Verdict<DriverHistory>, DriverError> => {
    const parsed = readReply(attemptReply.safeParse(row));
    if (parsed.isErr()) {
      // A row that cannot be read must not hide the link's, where it is surely another's.
      const { data: reference } = linkReference.safeParse(row["payment_link_reff_no"]);
      return reference === undefined || reference === link.reff_no ? err(parsed.error) : ok("skip");
    }
    const attempt = parsed.value;
    const madeAt = parseTimestamp(attempt.created_at);
    const isOlder =
      linkMadeAt !== undefined && madeAt !== undefined && epochMsOf(madeAt) < epochMsOf(linkMadeAt) - HISTORY_MARGIN_MS;
    if (isOlder) return ok("stop");
    if (attempt.payment_link_reff_no === undefined) {
      const message = "the answer lacks payment_link_reff_no, without which nobody can tell whose history a row is";
      return err(failure("malformed_response", { message }));
    }
    if (attempt.payment_link_reff_no !== link.reff_no) return ok("skip");
    return ok({ take: historyOf(reportFromAttempt(attempt, { trust: "read", link: nameOf(link) }), row) });
  };
};

const nameOf = ({ id, reff_no }: LinkReply): LinkName => ({ id, reff_no });

const historyOf = ({ report }: AttemptReport, raw: unknown): DriverHistory => ({
  evidence: historyEvidence(report),
  raw,
});

/** Reads an attempt by its own reference, which the list finds by any part of it. */
export const readAttempt = async (
  client: SingapayClient,
  reference: string,
  context: CallContext,
): Promise<Result<FoundAttempt, DriverError>> => {
  const row = await findRow("attempt", reference, (query) => client.listHistories({ ...query, reference }, context));
  if (row.isErr()) return err(row.error);
  return attemptIn(row.value);
};

const attemptIn = async (row: unknown): Promise<Result<FoundAttempt, DriverError>> => {
  const { attemptReply } = await loadWire();
  return readReply(attemptReply.safeParse(row)).map((reply) => {
    const attempt = reportFromAttempt(reply, { trust: "read" });
    return { history: historyOf(attempt, row), linkCandidates: attempt.linkCandidates };
  });
};

/** Reads an attempt by the number of its row, which events of expiry tell; one that is no longer there is searched for. */
export const readAttemptByRow = async (
  client: SingapayClient,
  reference: string,
  rowId: string,
  context: CallContext,
): Promise<Result<FoundAttempt, DriverError>> => {
  const body = await client.getHistory(rowId, context);
  if (body.isErr() && body.error.kind !== "not_found") return err(body.error);
  const attempt = body.isOk() ? await attemptIn(body.value["data"]) : undefined;
  return attempt?.isOk() && attempt.value.history.evidence.providerId === reference
    ? attempt
    : readAttempt(client, reference, context);
};

export interface FoundAttempt {
  readonly history: DriverHistory;
  readonly linkCandidates: readonly DriverLinkCandidate[];
}
