// The same ledger in every process: the keys of the gateway and the address of the database come from the environment.
import { createPaymentLinks } from "@tautan/core";
import { createSingapayDriver } from "@tautan/driver-singapay";
import { createLedger, type Ledger, type PostgresTransaction, postgres } from "@tautan/ledger";

export const openLedger = (env: NodeJS.ProcessEnv): Ledger<PostgresTransaction, Promise<void>> => {
  const singapay = createSingapayDriver({
    environment: "sandbox",
    // Of the sandbox on this machine. In production, leave it out.
    baseUrl: env["SINGAPAY_URL"],
    clientId: env["SINGAPAY_CLIENT_ID"] ?? "",
    clientSecret: env["SINGAPAY_CLIENT_SECRET"] ?? "",
    apiKey: env["SINGAPAY_API_KEY"] ?? "",
    accountId: env["SINGAPAY_ACCOUNT_ID"] ?? "",
  });
  const links = createPaymentLinks({ default: "singapay", gateways: { singapay } });
  return createLedger({
    links,
    database: postgres(env["DATABASE_URL"] ?? ""),
    onProblem: ({ kind, message, hint }) => console.warn(kind, message, hint),
  });
};
