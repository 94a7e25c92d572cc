import type { InvalidRequestError, OperationName } from "../errors.ts";
import { shown } from "./expect.ts";

/** The error of an id or observation of another gateway. */
export const foreign = (key: string, operation: OperationName, owner: unknown): InvalidRequestError => {
  const path = operation === "confirm" ? "gateway" : "id";
  const issue = { path, message: `expected the gateway ${key}, got ${shown(owner)}` };
  return refusal(key, operation, issue, `Call links.${operation}, or ${operation} of that gateway.`);
};

export const unreadable = (key: string, operation: OperationName): InvalidRequestError =>
  refusal(key, operation, { path: "", message: "the arguments could not be read" }, "Compare the call with the types.");

const refusal = (
  gateway: string,
  operation: OperationName,
  issue: InvalidRequestError["issues"][number],
  hint: string,
): InvalidRequestError =>
  Object.freeze({
    kind: "invalid_request",
    gateway,
    operation,
    message: `nothing was sent: ${issue.message}`,
    hint,
    retryable: false,
    outcome: "not_sent",
    issues: Object.freeze([Object.freeze(issue)]),
  });
