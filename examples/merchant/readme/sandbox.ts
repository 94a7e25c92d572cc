import { createPaymentLinks } from "@tautan/core";
import { createMidtransDriver } from "@tautan/driver-midtrans";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { createXfersDriver } from "@tautan/driver-xfers";
import { createSandbox } from "@tautan/sandbox";

export const sandbox = await createSandbox();
const { midtrans, xfers, singapay } = sandbox;
const { signingSecret, ...xfersKeys } = xfers.credentials;

export const links = createPaymentLinks({
  default: "midtrans",
  gateways: {
    midtrans: createMidtransDriver({ environment: "sandbox", baseUrl: midtrans.url, ...midtrans.credentials }),
    xfers: createXfersDriver({
      environment: "sandbox",
      baseUrl: `${xfers.url}/api/v4`, // the version is part of it, as at the provider
      ...xfersKeys,
      signingSecrets: [signingSecret],
    }),
    singapay: createSingapayDriver({ environment: "sandbox", baseUrl: singapay.url, ...singapay.credentials }),
  },
});
