import type { PaymentLinkError, WebhookError } from "@tautan/core";
import type { LedgerError } from "@tautan/ledger";

type OwnKind = "invalid_arguments" | "not_allowed" | "unknown_tool" | "fault";
export type ErrorKind = PaymentLinkError["kind"] | WebhookError["kind"] | LedgerError["kind"] | OwnKind;

interface Explanation {
  readonly meaning: string;
  readonly cure: string;
}

/** Each kind of error: its meaning, and what to do. The type fails if a kind is missing. */
export const EXPLANATIONS: Readonly<Record<ErrorKind, Explanation>> = {
  invalid_request: {
    meaning: "The request breaks a rule of Tautan (not_sent) or of the gateway (refused). issues names each field.",
    cure: "Correct the fields that issues names, keep the reference, and call again.",
  },
  unsupported: {
    meaning:
      "The gateway does not have this operation or field. features gives the reason and an alternative. Nothing was sent.",
    cure: "Leave the field out, name it in omitIfUnsupported, or use another gateway: check_link asks all of them.",
  },
  amount_unrepresentable: {
    meaning:
      "The format of the gateway cannot express the amount exactly, such as a fraction of a rupiah. Nothing was sent.",
    cure: "Ask the merchant for another amount.",
  },
  unknown_gateway: {
    meaning: "No gateway is configured under this key.",
    cure: "Use a key of list_gateways, or correct the configuration.",
  },
  unauthenticated: {
    meaning: "The gateway does not accept the keys.",
    cure: "Check that the keys belong to this environment, sandbox or production. Run tautan doctor.",
  },
  forbidden: {
    meaning: "The keys are valid, but do not permit this operation, or not from this address.",
    cure: "Check the permissions of the account, and whether the server's address must be registered with the provider.",
  },
  not_found: {
    meaning: "The gateway has no such link or payment.",
    cure: "Check the id, and that the link was created with these keys.",
  },
  duplicate_reference: {
    meaning: "Another request already has this reference. existing is its link.",
    cure: "Share the existing link if it is the one of this order. Otherwise the merchant must decide on another reference.",
  },
  invalid_state: {
    meaning: "The state of the link does not allow this, such as closing one that has expired.",
    cure: "Read the link with get_link, and decide by its status.",
  },
  has_histories: {
    meaning: "A link with payments cannot be deleted.",
    cure: "Close it instead.",
  },
  rate_limited: {
    meaning: "Too many requests in a short time.",
    cure: "Wait for retryAfterMs, or some seconds, and make the same call again.",
  },
  unavailable: {
    meaning: "The gateway has a failure.",
    cure: "Make the same call again later. A create that is repeated makes no second link.",
  },
  timeout: {
    meaning: "No response came in time. The request may have taken effect.",
    cure: "Make the same call again, with the same reference. It finds out what happened.",
  },
  aborted: {
    meaning: "The caller gave the call up.",
    cure: "Make the same call again if its result is still needed.",
  },
  network: {
    meaning: "The connection to the gateway failed or was lost.",
    cure: "Make the same call again. Check the network if it fails again.",
  },
  malformed_response: {
    meaning: "The response does not have the documented form. A proxy or firewall may have answered.",
    cure: "Make the same call again later, and look at status.",
  },
  reply_mismatch: {
    meaning: "The gateway answered with another amount, currency, reference or link than was asked for.",
    cure: "Do not share the link. A person must look at it in the dashboard of the provider.",
  },
  rejected: {
    meaning: "The gateway refused for another reason.",
    cure: "Look up providerCode in the documents of the provider.",
  },
  signature_invalid: {
    meaning: "A webhook does not prove that the gateway sent it. Nothing of it was used.",
    cure: "Pass the raw bytes of the body, before any JSON parser. links.explainWebhook and tautan webhooks verify name the cause.",
  },
  signature_expired: {
    meaning: "The signature of a webhook is valid, but too old or from the future.",
    cure: "Correct the clock of the server.",
  },
  malformed_webhook: {
    meaning: "A webhook cannot be read: too large, not JSON, cut off, or its body was read before.",
    cure: "Pass the unmodified request. Remove body parsers from the route of the webhooks.",
  },
  database_unavailable: {
    meaning: "The database of the ledger cannot be reached.",
    cure: "Check that it runs. Then make the same call again.",
  },
  database_locked: {
    meaning: "Another transaction held the database of the ledger for too long.",
    cure: "Make the same call again. Keep transactions short.",
  },
  database_full: {
    meaning: "The disk of the database has no space left.",
    cure: "Free space, and make the same call again.",
  },
  database_readonly: {
    meaning: "The database does not allow this process to write.",
    cure: "Give the process the right to write to the tables of the ledger.",
  },
  database_corrupt: {
    meaning: "The database is damaged, or a row does not have the form that the ledger writes.",
    cure: "Stop writing, check the integrity of the database, and restore a backup if it is damaged.",
  },
  schema_mismatch: {
    meaning: "The tables of the ledger are missing, or were made by another version.",
    cure: "Run tautan ledger migrate once, or update this server to the version of the tables.",
  },
  unknown_link: {
    meaning: "The ledger has no such link, or its create has not made one as far as is known.",
    cure: "Use the id or reference of a link of this ledger: list_links has them.",
  },
  unknown_event: { meaning: "No event has this id.", cure: "List the events: tautan ledger events." },
  event_is_handled: { meaning: "The event was handled already.", cure: "Nothing is to be done." },
  unknown_delivery: {
    meaning: "No delivery has this id.",
    cure: "list_problems has the ids of those that need a person.",
  },
  nothing_to_retry: {
    meaning: "Everything that the delivery reports was applied, or is not kept any more.",
    cure: "Nothing is to be done.",
  },
  invalid_query: {
    meaning: "A filter, a limit or a cursor is not valid.",
    cure: "Correct the field that the message names. A cursor belongs to one query, whose filters must not change.",
  },
  in_progress: {
    meaning: "Another call creates a link with this reference, and was not done in time. This call sent nothing.",
    cure: "Make the same call again: it returns the link once it is made.",
  },
  invalid_arguments: {
    meaning: "The arguments do not have the form of the tool's input schema. Nothing was done.",
    cure: "Correct the fields that issues names. There is no idempotency key: the reference is the key.",
  },
  not_allowed: {
    meaning: "The server was started without the permission for this tool. Nothing was done.",
    cure: "Whoever runs the server decides: --allow-create, --allow-close, --allow-delete.",
  },
  unknown_tool: {
    meaning: "The server has no tool of this name. Nothing was done.",
    cure: "Call a tool that tools/list names.",
  },
  fault: {
    meaning: "The server itself failed. Of a change, the outcome is not known.",
    cure: "Report it as a fault of Tautan. Repeat a create only with the same reference and request.",
  },
};

export const ERROR_KINDS = Object.keys(EXPLANATIONS) as readonly ErrorKind[];
