import type { ConformanceSubject, Forgery, RawWebhook } from "@tautan/conformance";
import { createXfersDriver } from "@tautan/driver-xfers";
import { signXfersCallback } from "@tautan/driver-xfers/testing";
import { actsOnSandbox, type OnSandbox, startOnSandbox, withHeaders } from "@tautan/example-conformance/on-sandbox";

/** The keys of every sandbox; they are public. */
const CREDENTIALS = {
  apiKey: "test_tautan_sandbox",
  secretKey: "secret_tautan_sandbox",
  signingSecret: "ss_tautan_sandbox",
} as const;

const forge = async (webhook: RawWebhook, how: Forgery): Promise<RawWebhook> => {
  switch (how) {
    case "changed":
      return { ...webhook, body: webhook.body.replace('"amount":"', '"amount":"9') };
    case "wrong_key":
      return withHeaders(webhook, await signXfersCallback(webhook.body, "somebody else's signing secret"));
    case "unsigned":
      return withHeaders(webhook, { "xfers-signature": undefined });
    case "unsigned_part":
      throw new Error("the signature covers everything");
  }
};

/** A genuine callback about a payment that was made without a link. */
const callbackAboutPayment = async (): Promise<RawWebhook> => {
  const attributes = { status: "paid", amount: "50000.0", referenceId: "no-link" };
  const body = JSON.stringify({ data: { id: "contract_1", type: "payment", attributes } });
  return { method: "POST", url: "/", headers: await signXfersCallback(body, CREDENTIALS.signingSecret), body };
};

/** docs.fazz.com/v4-ID/docs/handling-errors. Refusals that it does not list are invalid parameters. */
const CODE_BY_STATUS: ReadonlyMap<number, string> = new Map([
  [401, "002"],
  [403, "003"],
  [404, "004"],
  [500, "001"],
]);

/** The Xfers driver against the sandbox. */
export const subject: ConformanceSubject<OnSandbox> = {
  name: "xfers",
  capabilities: createXfersDriver({
    environment: "sandbox",
    apiKey: CREDENTIALS.apiKey,
    secretKey: CREDENTIALS.secretKey,
    signingSecrets: [CREDENTIALS.signingSecret],
  }).capabilities,
  traffic: "http",
  start: (network) =>
    startOnSandbox(network, "xfers", ({ url, credentials }, transport) => {
      const { apiKey, secretKey, signingSecret } = credentials;
      const baseUrl = `${url}/api/v4`;
      const signingSecrets = [signingSecret];
      return createXfersDriver({ environment: "sandbox", baseUrl, transport, apiKey, secretKey, signingSecrets });
    }),
  acts: {
    ...actsOnSandbox,
    payLate: {
      skip: "the documents do not state that an open payment outlives its Xfers link, and in the sandbox it does not",
    },
    payAfterClose: {
      skip: "the documents do not state that an open payment outlives its Xfers link, and in the sandbox it does not",
    },
    refund: { absent: "Xfers documents no refund of a payment through a link" },
    reverse: { absent: "Xfers documents no reversal of a payment" },
    forge: (_running, webhook, how) => forge(webhook, how),
    batch: { absent: "an Xfers callback is about one link" },
    unknownEvent: callbackAboutPayment,
    dispute: { absent: "Xfers documents no dispute of a payment" },
    endDispute: { absent: "Xfers documents no dispute of a payment" },
    notOurs: callbackAboutPayment,
  },
  secrets: Object.values(CREDENTIALS),
  // docs.fazz.com/docs/securing-your-callback.
  notSigned: {
    url: { absent: "the signature of Xfers covers the body alone" },
    time: { absent: "the signature of Xfers covers the body alone" },
  },
  personalOptions: { displayName: "Klinik Kenari" },
  refusalBody: (status, text) =>
    JSON.stringify({ errors: [{ code: CODE_BY_STATUS.get(status) ?? "005", title: text, detail: text }] }),
};
