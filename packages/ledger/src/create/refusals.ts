import type { Issue, OperationName, PaymentLink, PaymentLinkError } from "@tautan/core";
import { driverError, invalidRequest } from "@tautan/core/driver";
import type { LedgerContext } from "../context.ts";

/** The error of a request whose reference belongs to another request. */
export const duplicate = (existing: PaymentLink): PaymentLinkError =>
  withHidden(
    {
      ...driverError("duplicate_reference", {
        message:
          "expected a reference that is free, or the request that it was used for; another request made a link under it",
        hint: "The link is error.existing: use it, or create with a fresh reference.",
        outcome: "not_sent",
      }),
      gateway: existing.gateway,
      operation: "create",
    },
    existing,
  );

/** The error of a request that the gateway answered with a link of another reference. */
export const duplicateElsewhere = (existing: PaymentLink): PaymentLinkError =>
  withHidden(
    {
      ...driverError("duplicate_reference", {
        message: "expected a link of its own, and the gateway returned one that the ledger has under another reference",
        hint: "The gateway takes both references for one, perhaps because it ignores capitals or cuts them. The link is error.existing; for another, create with a reference that differs otherwise.",
        outcome: "refused",
      }),
      gateway: existing.gateway,
      operation: "create",
    },
    existing,
  );

/** The error of a request whose reference may belong to another request, of which it is not known whether it made a link. */
export const duplicateOfUnknown = (open: PaymentLinkError): PaymentLinkError =>
  withHidden({
    ...driverError("duplicate_reference", {
      message: `an earlier create of this reference, of another request, may have made a link at ${open.gateway}; that is not known yet`,
      hint: `Retry later, or create with a fresh reference. What is known of the earlier one: ${open.message}`,
      outcome: "not_sent",
      retryable: true,
    }),
    gateway: open.gateway,
    operation: "create",
  });

/** The error of a create whose caller has given up before anything was sent. */
export const abortedBefore = (gateway: string): PaymentLinkError =>
  withHidden({
    ...driverError("aborted", {
      message: "the caller's signal was aborted before anything was sent",
      outcome: "not_sent",
    }),
    gateway,
    operation: "create",
  });

/** The error of options that cannot hold. */
export const invalidOptions = (
  gateway: string,
  issues: readonly Issue[],
  operation: OperationName = "create",
): PaymentLinkError => withHidden({ ...invalidRequest("the options of the call", issues), gateway, operation });

/** The error of a change of the expiry that cannot hold. */
export const invalidExpiry = (gateway: string, message: string): PaymentLinkError =>
  withHidden({
    ...invalidRequest("changes", [{ path: "expiresAt", message }]),
    gateway,
    operation: "update",
  });

/** The error of a create whose result is not known, with what to do at a ledger. */
export const openError = ({ links }: LedgerContext, error: PaymentLinkError): PaymentLinkError =>
  withHidden(
    {
      ...error,
      hint: `${openStep(links, error.gateway)} (${error.hint})`,
    },
    error.kind === "duplicate_reference" ? error.existing : undefined,
    error.cause,
  );

/** The event or call that ends a create whose result is not known. */
export const openStep = (links: LedgerContext["links"], gateway: string): string =>
  canBeFound(links, gateway)
    ? "Call create of the ledger again with the same reference and request: it finds out the outcome of this one, and makes no second link."
    : `A webhook of the link ends this, or ledger.adopt() if ${gateway} can list its links. Until then the ledger sends nothing under this reference, so that there is no second link.`;

/** Whether the gateway has a way to find the link of a create whose response was lost. */
const canBeFound = (links: LedgerContext["links"], gateway: string): boolean => {
  try {
    return links.gateway(gateway).capabilities.createRecovery !== "none";
  } catch {
    // It is not configured any more.
    return false;
  }
};

/** The error of a create that several gateways refused. */
export const routeError = (error: PaymentLinkError, tried: readonly PaymentLinkError[]): PaymentLinkError =>
  tried.length < 2
    ? error
    : withHidden(
        { ...error, tried: Object.freeze([...tried]) },
        error.kind === "duplicate_reference" ? error.existing : undefined,
        error.cause,
      );

/** Fields that are not enumerable, because errors are logged. */
const withHidden = (error: PaymentLinkError, existing?: PaymentLink, cause?: unknown): PaymentLinkError => {
  if (existing) Object.defineProperty(error, "existing", { value: existing, enumerable: false });
  if (cause !== undefined) Object.defineProperty(error, "cause", { value: cause, enumerable: false });
  return Object.freeze(error);
};
