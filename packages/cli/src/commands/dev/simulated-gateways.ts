// Written by `npm run docs` from the folders of drivers and simulators: do not edit.

/** The gateways of the sandbox, in the order of their ports. */
export const SIMULATED_GATEWAYS = {
  midtrans: {
    basePath: "",
    keys: { serverKey: { credential: "serverKey", variable: "MIDTRANS_SERVER_KEY" } },
  },
  singapay: {
    basePath: "",
    keys: {
      clientId: { credential: "clientId", variable: "SINGAPAY_CLIENT_ID" },
      clientSecret: { credential: "clientSecret", variable: "SINGAPAY_CLIENT_SECRET" },
      apiKey: { credential: "apiKey", variable: "SINGAPAY_API_KEY" },
      accountId: { credential: "accountId", variable: "SINGAPAY_ACCOUNT_ID" },
      webhookSecrets: { credential: "clientSecret", variable: "SINGAPAY_CLIENT_SECRET", isList: true },
    },
  },
  stripe: {
    basePath: "",
    keys: {
      secretKey: { credential: "secretKey", variable: "STRIPE_SECRET_KEY" },
      webhookSecrets: { credential: "webhookSecret", variable: "STRIPE_WEBHOOK_SECRET", isList: true },
    },
  },
  xendit: {
    basePath: "",
    keys: {
      secretKey: { credential: "secretKey", variable: "XENDIT_SECRET_KEY" },
      webhookTokens: { credential: "webhookToken", variable: "XENDIT_WEBHOOK_TOKEN", isList: true },
    },
  },
  xfers: {
    basePath: "/api/v4",
    keys: {
      apiKey: { credential: "apiKey", variable: "XFERS_API_KEY" },
      secretKey: { credential: "secretKey", variable: "XFERS_SECRET_KEY" },
      signingSecrets: { credential: "signingSecret", variable: "XFERS_SIGNING_SECRET", isList: true },
    },
  },
} as const;
