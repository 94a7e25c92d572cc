// Written by `npm run docs` from the folders of drivers and simulators: do not edit.

/** The gateways of a project, in alphabetical order. */
export const GATEWAYS = ["midtrans", "singapay", "stripe", "xendit", "xfers"] as const;

/** The gateways, in the terms of their configuration. */
export const GATEWAY_FACTS = {
  midtrans: {
    title: "Midtrans",
    basePath: "",
    needsCustomer: false,
    secrets: [{ option: "serverKey", credential: "serverKey", variable: "MIDTRANS_SERVER_KEY" }],
  },
  singapay: {
    title: "SingaPay",
    basePath: "",
    needsCustomer: false,
    secrets: [
      { option: "clientId", credential: "clientId", variable: "SINGAPAY_CLIENT_ID" },
      { option: "clientSecret", credential: "clientSecret", variable: "SINGAPAY_CLIENT_SECRET" },
      { option: "apiKey", credential: "apiKey", variable: "SINGAPAY_API_KEY" },
      { option: "accountId", credential: "accountId", variable: "SINGAPAY_ACCOUNT_ID" },
    ],
  },
  stripe: {
    title: "Stripe",
    basePath: "",
    needsCustomer: false,
    secrets: [
      { option: "secretKey", credential: "secretKey", variable: "STRIPE_SECRET_KEY" },
      { option: "webhookSecrets", credential: "webhookSecret", variable: "STRIPE_WEBHOOK_SECRET", isList: true },
    ],
  },
  xendit: {
    title: "Xendit",
    basePath: "",
    needsCustomer: false,
    secrets: [
      { option: "secretKey", credential: "secretKey", variable: "XENDIT_SECRET_KEY" },
      { option: "webhookTokens", credential: "webhookToken", variable: "XENDIT_WEBHOOK_TOKEN", isList: true },
    ],
  },
  xfers: {
    title: "Xfers",
    basePath: "/api/v4",
    needsCustomer: true,
    secrets: [
      { option: "apiKey", credential: "apiKey", variable: "XFERS_API_KEY" },
      { option: "secretKey", credential: "secretKey", variable: "XFERS_SECRET_KEY" },
      { option: "signingSecrets", credential: "signingSecret", variable: "XFERS_SIGNING_SECRET", isList: true },
    ],
  },
} as const;
