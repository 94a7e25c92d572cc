import type { PaymentLink, PaymentLinkError } from "@tautan/core";
import type { LedgerError } from "@tautan/ledger";
import * as z from "zod";
import { LINK, linkView } from "../schemas/link.ts";

const ISSUE = z.strictObject({ path: z.string(), message: z.string() });
const FEATURE = z.strictObject({ feature: z.string(), reason: z.string(), instead: z.string().optional() });

/** The error of a call, as a value. */
export const FAILURE = z
  .strictObject({
    kind: z.string().describe("The kind of error, for explain_error."),
    message: z.string().describe("What was expected, and what was received."),
    hint: z.string().describe("What to do, for whoever runs the server."),
    nextStep: z.string().describe("What you should do now."),
    retryable: z.boolean().describe("Whether the same call may succeed later."),
    outcome: z
      .enum(["not_sent", "refused", "unknown"])
      .describe(
        "not_sent: nothing was changed. refused: the gateway refused it. unknown: it may have taken effect; repeat the same call, and no other.",
      ),
    gateway: z.string().optional(),
    status: z.int().optional().describe("The HTTP status of the gateway."),
    providerCode: z.string().optional(),
    retryAfterMs: z.number().optional(),
    issues: z.array(ISSUE).optional().describe("The fields that are not valid."),
    features: z.array(FEATURE).optional().describe("What the gateway does not support."),
    tried: z.array(z.strictObject({ gateway: z.string(), kind: z.string(), message: z.string() })).optional(),
    existing: LINK.optional().describe("Of duplicate_reference: the link that has the reference."),
    requested: z.record(z.string(), z.unknown()).optional().describe("Of duplicate_reference: what was asked for."),
  })
  .meta({ description: "The error, if the call failed." });

/** The same as clients see it in the schema of a result: short, because it is in every tool. */
export const LISTED_FAILURE = z
  .looseObject(
    FAILURE.pick({ kind: true, message: true, hint: true, nextStep: true, retryable: true, outcome: true }).shape,
  )
  .meta({ description: "The error, if the call failed. outcome: unknown means that it may have taken effect." });

export type Failure = Readonly<z.input<typeof FAILURE>>;

/** An error before the next step is known. */
export type Fault = Omit<Failure, "nextStep">;

const MAX_ISSUES = 20;

/** Makes an error of this package. */
export const fault = (kind: string, message: string, hint: string, more: Partial<Fault> = {}): Fault => ({
  kind,
  message,
  hint,
  retryable: false,
  outcome: "not_sent",
  ...more,
});

/** The errors of core and of the ledger. */
type Known = PaymentLinkError | LedgerError;

interface Circumstances {
  /** Whether the call can have changed something: then the failure of a database leaves that open. */
  readonly isChange: boolean;
  /** Of a create: what was asked for. */
  readonly requested?: Readonly<Record<string, unknown>> | undefined;
}

/** The error of core or of the ledger as one of this package. Only known fields are taken over. */
export const faultOf = (error: Known, { isChange, requested }: Circumstances): Fault => ({
  kind: error.kind,
  message: error.message,
  hint: error.kind === "duplicate_reference" ? DUPLICATE_HINT : error.hint,
  retryable: error.retryable,
  outcome: "outcome" in error ? error.outcome : outcomeOf(error, isChange),
  ...("gateway" in error && { gateway: error.gateway }),
  ...("status" in error && { status: error.status }),
  ...("providerCode" in error && { providerCode: error.providerCode }),
  ...("retryAfterMs" in error && { retryAfterMs: error.retryAfterMs }),
  ...("issues" in error && {
    issues: error.issues.slice(0, MAX_ISSUES).map(({ path, message }) => ({ path, message })),
  }),
  ...("features" in error && { features: error.features.slice(0, MAX_ISSUES).map((each) => ({ ...each })) }),
  ...("tried" in error && {
    tried: error.tried?.map(({ gateway, kind, message }) => ({ gateway, kind, message })),
  }),
  ...(error.kind === "duplicate_reference" && { ...existingOf(error), requested }),
});

/** That of core also advises a fresh reference, which an agent must not choose. */
const DUPLICATE_HINT =
  "Use the existing link if it is the one of this order. Another order needs a reference of its own, which the merchant decides on.";

/** A database that fails has stored nothing. But a gateway may have been asked before. */
const outcomeOf = ({ kind }: LedgerError, isChange: boolean): Fault["outcome"] =>
  isChange && kind.startsWith("database_") ? "unknown" : "not_sent";

const existingOf = ({ existing }: { readonly existing?: PaymentLink }): Partial<Fault> =>
  existing ? { existing: linkView(existing) } : {};
