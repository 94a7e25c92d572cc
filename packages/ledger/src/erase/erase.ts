import { instantAt } from "@tautan/core/driver";
import { err, ok, type Result } from "neverthrow";
import { storableText } from "../apply/storable.ts";
import type { LedgerContext } from "../context.ts";
import { run, runFirst, type Unit } from "../database/unit.ts";
import type { DatabaseError, LedgerError, RefusedError } from "../errors.ts";
import { refused } from "../errors.ts";
import { dropCandidates } from "../statements/deliveries.ts";
import {
  eraseEventErrors,
  eraseLink,
  erasePendingDelivery,
  eraseRawOfLink,
  findCustomerLinks,
  findLinkToErase,
  findPendingDeliveries,
  readLinkToErase,
} from "../statements/erase.ts";
import { lockLink } from "../statements/read.ts";
import { customerKeyOf } from "./customer-key.ts";
import type { ErasureSubject } from "./types.ts";
import {
  linkJsonWithoutCustomer,
  observationsJsonWithoutCustomer,
  preparedJsonWithoutCustomer,
} from "./without-customer.ts";

/** Links of a customer that are looked for at a time. */
const BATCH = 50;

/** Forgets the customer of a link or of several, one link in a transaction. */
export const eraseCustomer = async (
  context: LedgerContext,
  subject: ErasureSubject,
): Promise<Result<{ readonly links: number }, LedgerError>> => {
  const checked = checkSubject(subject);
  if (checked.isErr()) return err(checked.error);
  const refs = await context.ready();
  if (refs.isErr()) return err(refs.error);
  const { engine } = context;
  let links = 0;
  for (;;) {
    const found = await engine.read(() => findUnit(checked.value));
    if (found.isErr()) return err(found.error);
    for (const { ref } of found.value) {
      const erased = await eraseOne(context, ref);
      if (erased.isErr()) return err(erased.error);
      links += 1;
    }
    // A link that was erased has no key any more.
    if (checked.value.customerEmail === undefined || found.value.length < BATCH) return ok({ links });
  }
};

const eraseOne = (context: LedgerContext, linkRef: number): PromiseLike<Result<void, DatabaseError>> =>
  context.engine.transaction(() => eraseUnit(linkRef, instantAt(context.clock.now())));

function* findUnit({ reference, customerEmail }: ErasureSubject): Unit<readonly { readonly ref: number }[]> {
  if (reference !== undefined) return yield* run(findLinkToErase, { reference: storableText(reference) });
  const customerKey = yield* customerKeyOf(customerEmail);
  return customerKey === null ? [] : yield* run(findCustomerLinks, { customerKey, limit: BATCH });
}

function* eraseUnit(linkRef: number, now: string): Unit<void> {
  yield* run(lockLink, { linkRef });
  const row = yield* runFirst(readLinkToErase, { linkRef });
  if (!row) return;
  yield* run(eraseLink, {
    linkRef,
    link: row.link === null ? null : linkJsonWithoutCustomer(row.link),
    prepared: row.prepared === null ? null : preparedJsonWithoutCustomer(row.prepared),
    now,
  });
  yield* run(eraseEventErrors, { linkRef });
  yield* run(eraseRawOfLink, { linkRef });
  const place = { linkRef, gatewayRef: row.gateway_ref, linkId: row.provider_id, reference: row.reference };
  for (const { ref, observations } of yield* run(findPendingDeliveries, place)) {
    yield* run(erasePendingDelivery, { ref, observations: observationsJsonWithoutCustomer(observations ?? "[]") });
    // It waits for a link that is known by now, or is found by what it reports.
    yield* run(dropCandidates, { deliveryRef: ref });
  }
}

const checkSubject = (subject: unknown): Result<ErasureSubject, RefusedError> => {
  const { reference, customerEmail } = (typeof subject === "object" && subject !== null ? subject : {}) as {
    readonly reference?: unknown;
    readonly customerEmail?: unknown;
  };
  if (isText(reference) && customerEmail === undefined) return ok({ reference });
  if (isText(customerEmail) && reference === undefined) return ok({ customerEmail });
  return err(
    refused(
      "invalid_query",
      "expected either the reference of a link or the e-mail address of a customer",
      "Pass { reference } or { customerEmail }.",
    ),
  );
};

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";
