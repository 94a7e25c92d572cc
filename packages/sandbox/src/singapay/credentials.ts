import { ACCOUNT } from "./resources.ts";

export interface SingapayCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiKey: string;
  readonly accountId: string;
}

export const SINGAPAY_CREDENTIALS: SingapayCredentials = {
  clientId: "tautan-sandbox-client",
  clientSecret: "tautan-sandbox-client-secret",
  apiKey: "tautan-sandbox-api-key",
  accountId: ACCOUNT.id,
};
