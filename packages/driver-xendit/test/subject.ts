import type { ConformanceSubject, Forgery, RawWebhook } from "@tautan/conformance";
import { createXenditDriver, type XenditProduct } from "@tautan/driver-xendit";
import { xenditCallbackHeaders } from "@tautan/driver-xendit/testing";
import {
  actsOnSandbox,
  type OnSandbox,
  startOnSandbox,
  withBody,
  withHeaders,
} from "@tautan/example-conformance/on-sandbox";

/** The keys of every sandbox; they are public. */
const CREDENTIALS = { secretKey: "xnd_development_tautan_sandbox", webhookToken: "tok_tautan_sandbox" } as const;

const { secretKey, webhookToken } = CREDENTIALS;

const OPTIONS = { environment: "sandbox", secretKey, webhookTokens: [webhookToken] } as const;

/** Whoever saw the token once can write any content: here, that nobody has paid. */
const forge = (webhook: RawWebhook, how: Forgery): RawWebhook => {
  switch (how) {
    // The token covers no content: the amount becomes another one.
    case "changed":
      return { ...webhook, body: webhook.body.replaceAll(/"(amount|paid_amount)":/g, '"$1":9') };
    case "wrong_key":
      return withHeaders(webhook, { "x-callback-token": "somebody-elses-token" });
    case "unsigned":
      return withHeaders(webhook, { "x-callback-token": undefined });
    case "unsigned_part":
      return withBody(webhook, ({ data, ...body }) =>
        data === undefined ? { ...body, status: "UNPAID" } : { ...body, data: { ...data, status: "UNPAID" } },
      );
  }
};

/** The refund of a payment that was made without a link. */
const refundElsewhere = (): RawWebhook => {
  const data = { id: "rfd-1", payment_id: "py-1", amount: 5_000, currency: "IDR", status: "SUCCEEDED" };
  const body = JSON.stringify({ event: "refund.succeeded", business_id: "b", created: "2026-01-01T00:00:00Z", data });
  return { method: "POST", url: "/", headers: xenditCallbackHeaders(webhookToken), body };
};

/** https://github.com/xendit/xendit-node, docs/invoice/BadRequestError.md and others. */
const CODE_BY_STATUS: ReadonlyMap<number, string> = new Map([
  [401, "INVALID_API_KEY"],
  [403, "ACCESS_SUSPENDED"],
  [404, "INVOICE_NOT_FOUND_ERROR"],
  [429, "RATE_LIMIT_EXCEEDED"],
  [500, "SERVER_ERROR"],
]);

/** The documents state that an expired invoice cannot be paid, and not what becomes of an account that a payer has. */
const NO_LATE_PAYMENT = {
  skip: "the documents do not state that an open payment outlives its Xendit link, and in the sandbox it does not",
} as const;

/** The Xendit driver against the sandbox, with one of its products. */
const subjectOf = (product: XenditProduct): ConformanceSubject<OnSandbox> => ({
  name: "xendit",
  capabilities: createXenditDriver({ ...OPTIONS, product }).capabilities,
  traffic: "http",
  start: (network) =>
    startOnSandbox(network, "xendit", ({ url }, transport) =>
      createXenditDriver({ ...OPTIONS, product, country: "ID", baseUrl: url, transport }),
    ),
  acts: {
    ...actsOnSandbox,
    pay: ({ sandbox }, { url }, _amount, next) => sandbox.pay(url, next === "refund" ? { method: "OVO" } : {}),
    fail: { absent: "Xendit reports no attempt that failed: the link can still be paid" },
    payLate: NO_LATE_PAYMENT,
    payAfterClose: NO_LATE_PAYMENT,
    refund: ({ sandbox }, { url }, { amount }) => sandbox.refund(url, { amount: Number(amount) }),
    reverse: { absent: "Xendit documents no reversal of a payment through a link" },
    forge: (_running, webhook, how) => forge(webhook, how),
    batch: { absent: "a Xendit callback is about one link" },
    unknownEvent: refundElsewhere,
    dispute: { absent: "Xendit documents no dispute of a payment through a link" },
    endDispute: { absent: "Xendit documents no dispute of a payment through a link" },
    notOurs: refundElsewhere,
  },
  secrets: Object.values(CREDENTIALS),
  notReportedByRead: {
    ...(product === "invoice" && {
      methods: { absent: "an answer has what is available, not what was requested" },
    }),
  },
  notReportedByList: {
    partialRefund: { absent: "the refunds of each payment would be one more request" },
  },
  notSigned: {
    spelling: { absent: "a token covers no part of the callback" },
    url: { absent: "a token covers no part of the callback" },
    time: { absent: "a token covers no part of the callback" },
  },
  personalOptions:
    product === "invoice" ? { midLabel: "Klinik Kenari" } : { cancelReturnUrl: "https://kenari.example.test/" },
  refusalBody: (status, text) =>
    JSON.stringify({ error_code: CODE_BY_STATUS.get(status) ?? "API_VALIDATION_ERROR", message: text }),
});

export const subject: ConformanceSubject<OnSandbox> = subjectOf("invoice");
export const sessionSubject: ConformanceSubject<OnSandbox> = subjectOf("session");
