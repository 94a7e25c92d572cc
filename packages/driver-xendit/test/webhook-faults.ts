// Deliveries and configurations that are wrong in one thing, each with the cause that must be named.
import { xendit as definition } from "@tautan/driver-xendit";
import { type DriverFaults, type FaultyRequest, faultTable } from "@tautan/example-conformance/webhook-faults";

const ENV = {
  XENDIT_KEY: "xnd_development_fault_table",
  XENDIT_TOKEN: "fault-table-webhook-token",
  XENDIT_TOKEN_2: "fault-table-other-webhook-token",
} as const;
type Name = keyof typeof ENV;

const named = (name: Name) => ({ env: name });
const xendit = (tokens: readonly Name[] = ["XENDIT_TOKEN"]) => ({
  driver: "xendit",
  environment: "sandbox",
  secretKey: named("XENDIT_KEY"),
  webhookTokens: tokens.map(named),
});

const XENDIT_BODY = JSON.stringify({
  id: "65a0c0ffee0000000000a001",
  external_id: "INV-001",
  user_id: "5f00000000000000000000aa",
  status: "PAID",
  merchant_name: "Toko Uji",
  amount: 10_000,
  paid_amount: 10_000,
  currency: "IDR",
  created: "2026-03-15T02:00:00.000Z",
  updated: "2026-03-15T02:58:00.000Z",
  payment_method: "BANK_TRANSFER",
  payment_channel: "BCA",
});

/** https://docs.xendit.co/api-integration/callback/setup. */
const fromXendit = (changes: Partial<FaultyRequest> = {}): FaultyRequest => ({
  method: "POST",
  url: "/webhooks/xendit",
  body: XENDIT_BODY,
  ...changes,
  headers: { "content-type": "application/json", "x-callback-token": ENV.XENDIT_TOKEN, ...changes.headers },
});

const withoutToken: FaultyRequest = { ...fromXendit(), headers: { "content-type": "application/json" } };

const fault = faultTable("xendit", ENV);

export const faults: DriverFaults = {
  definition,
  env: ENV,
  entry: xendit(),
  entryOfOtherSecret: xendit(["XENDIT_TOKEN_2"]),
  genuine: fromXendit(),
  // The first gateway of each configuration receives the request.
  faults: [
    fault("nothing is wrong", { xendit: xendit() }, fromXendit(), "genuine"),
    fault(
      "the second of two tokens, while one is being changed",
      { xendit: xendit(["XENDIT_TOKEN_2", "XENDIT_TOKEN"]) },
      fromXendit(),
      "genuine",
    ),
    fault("no x-callback-token", { xendit: xendit() }, withoutToken, "header_missing"),
    fault(
      "an API key in the header",
      { xendit: xendit() },
      fromXendit({ headers: { "x-callback-token": "xnd_public_development_x" } }),
      "signature_malformed",
      { shows: { name: "x-callback-token" } },
    ),
    fault(
      "the token of another account",
      { first: xendit(["XENDIT_TOKEN_2"]), second: xendit() },
      fromXendit(),
      "another_secret",
      { shows: { otherGateway: "second" } },
    ),
    fault(
      "quotes around the token",
      { xendit: xendit(["XENDIT_TOKEN_2", "XENDIT_TOKEN"]) },
      fromXendit(),
      "whitespace_in_secret",
      { env: { XENDIT_TOKEN: `"${ENV.XENDIT_TOKEN}"` }, shows: { option: "webhookTokens[1]" } },
    ),
    fault("the secret key as the token", { xendit: xendit(["XENDIT_KEY"]) }, fromXendit(), "wrong_kind_of_key"),
    fault(
      "a parser has run",
      { xendit: xendit() },
      fromXendit({ body: JSON.parse(XENDIT_BODY) as object }),
      "body_already_parsed",
    ),
    fault("a GET", { xendit: xendit() }, fromXendit({ method: "GET" }), "request_malformed"),
    fault(
      "a forged token",
      { xendit: xendit() },
      fromXendit({ headers: { "x-callback-token": "somebody-elses-token" } }),
      "unknown",
    ),
  ],
};
