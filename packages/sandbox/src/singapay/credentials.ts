import { account } from "./resources.ts";

export interface SingapayCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly apiKey: string;
  readonly accountId: string;
}

export const singapayCredentials: SingapayCredentials = {
  clientId: "tautan-sandbox-client",
  clientSecret: "tautan-sandbox-client-secret",
  apiKey: "tautan-sandbox-api-key",
  accountId: account.id,
};
