import type { Permission } from "../tool.ts";
import { stepAfterEnd } from "./existing-link.ts";
import type { Failure, Fault } from "./failure.ts";

/** The error with what an agent should do now. It never is: create another link. */
export const withNextStep = (fault: Fault, permission: Permission | undefined): Failure => ({
  ...fault,
  nextStep: BY_KIND[fault.kind] ?? general(fault, permission),
});

const ASK = "Report this to the person whom you work for, with the hint.";

const general = (
  { outcome, retryable, retryAfterMs, kind, existing }: Fault,
  permission: Permission | undefined,
): string => {
  if (outcome === "unknown" && permission === "create") return RESUME;
  if (kind === "duplicate_reference") return stepAfterEnd(existing?.status ?? "") ?? DUPLICATE;
  if (outcome === "unknown") return "Read the link with get_link and from: gateway before you repeat this call.";
  if (!retryable) return ASK;
  const wait = retryAfterMs === undefined ? "Wait a few seconds" : `Wait ${retryAfterMs} ms`;
  return `${wait}, then make the same call again, with the same arguments. ${ASK} if it fails three times.`;
};

const DUPLICATE =
  "Compare existing with requested. If existing is the link of this order, share existing.url. If not, ask the person whom you work for. Do not make up another reference.";

const RESUME =
  "Call create_link again with exactly the same reference and request: it finds out the outcome, and makes no second link. Never use another reference for the same order.";

const CORRECT = "Correct the fields that issues names, and call again. Of a create, keep the reference.";

const BY_KIND: Readonly<Record<string, string>> = {
  invalid_arguments: CORRECT,
  invalid_request: CORRECT,
  amount_unrepresentable: "Ask for an amount that the gateway can express. Do not round it yourself.",
  unsupported:
    "Call check_link for a gateway that supports it, or name the field in omitIfUnsupported if it may be left out.",
  unknown_gateway: "Call list_gateways, and use one of its keys.",
  unknown_link: "Call find_link with the merchant's reference, or list_links.",
  not_found: "Call find_link with the merchant's reference, or list_links.",
  not_allowed: "Do not look for another way. Report to the person whom you work for that the server does not allow it.",
  unknown_tool: "Call one of the tools that tools/list names.",
  invalid_query: "Correct the field that the message names, and call again.",
  in_progress: RESUME,
  has_histories: "Close the link instead: it has payments.",
};
