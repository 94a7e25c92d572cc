import type { Gateway } from "./choices.ts";

/** All that a project has for one gateway. */
export interface GatewayParts {
  /** The name in texts. */
  readonly title: string;
  /** The variable of its address, which only the sandbox sets. */
  readonly urlVariable: string;
  /** The address of its API in the sandbox, as an expression. */
  readonly sandboxUrl: string;
  /** The secrets: variable, entry of the configuration, field of the sandbox's credentials. */
  readonly secrets: readonly Secret[];
}

interface Secret {
  readonly variable: string;
  readonly option: string;
  readonly credential: string;
  /** Whether the option is a list. */
  readonly isList?: true;
}

/** The gateways, in the terms of their configuration. */
export const GATEWAY_PARTS: Readonly<Record<Gateway, GatewayParts>> = {
  midtrans: {
    title: "Midtrans",
    urlVariable: "MIDTRANS_URL",
    sandboxUrl: "sandbox.midtrans.url",
    secrets: [{ variable: "MIDTRANS_SERVER_KEY", option: "serverKey", credential: "serverKey" }],
  },
  xfers: {
    title: "Xfers",
    urlVariable: "XFERS_URL",
    sandboxUrl: "`${sandbox.xfers.url}/api/v4`",
    secrets: [
      { variable: "XFERS_API_KEY", option: "apiKey", credential: "apiKey" },
      { variable: "XFERS_SECRET_KEY", option: "secretKey", credential: "secretKey" },
      { variable: "XFERS_SIGNING_SECRET", option: "signingSecrets", credential: "signingSecret", isList: true },
    ],
  },
  singapay: {
    title: "SingaPay",
    urlVariable: "SINGAPAY_URL",
    sandboxUrl: "sandbox.singapay.url",
    secrets: [
      { variable: "SINGAPAY_CLIENT_ID", option: "clientId", credential: "clientId" },
      { variable: "SINGAPAY_CLIENT_SECRET", option: "clientSecret", credential: "clientSecret" },
      { variable: "SINGAPAY_API_KEY", option: "apiKey", credential: "apiKey" },
      { variable: "SINGAPAY_ACCOUNT_ID", option: "accountId", credential: "accountId" },
    ],
  },
};
