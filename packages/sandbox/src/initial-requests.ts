import type { JsonObject } from "./http/input-reader.ts";
import { midtransCredentials } from "./midtrans/simulator.ts";
import type { Simulator } from "./simulator.ts";
import { singapayCredentials } from "./singapay/simulator.ts";
import { xfersCredentials } from "./xfers/simulator.ts";

/** The call that creates a link, as the provider's API takes it. */
export async function creationRequest(simulator: Simulator, baseUrl: string, body: JsonObject): Promise<Request> {
  const post = (path: string, headers: Readonly<Record<string, string>>): Request =>
    new Request(baseUrl + path, { method: "POST", headers, body: JSON.stringify(body) });
  switch (simulator.provider) {
    case "midtrans":
      return post("/v1/payment-links", { Authorization: basic(midtransCredentials.serverKey, "") });
    case "xfers": {
      const { apiKey, secretKey } = xfersCredentials;
      return post("/api/v4/payment_links", { Authorization: basic(apiKey, secretKey) });
    }
    case "singapay": {
      const { accountId, apiKey } = singapayCredentials;
      const headers = { "X-PARTNER-ID": apiKey, Authorization: `Bearer ${await singapayToken(simulator, baseUrl)}` };
      return post(`/api/v1.0/payment-link-manage/${accountId}`, headers);
    }
  }
}

async function singapayToken(simulator: Simulator, baseUrl: string): Promise<string> {
  const { clientId, clientSecret, apiKey } = singapayCredentials;
  const response = await simulator.app.fetch(
    new Request(`${baseUrl}/api/v1.0/access-token/b2b`, {
      method: "POST",
      headers: { "X-PARTNER-ID": apiKey, Authorization: basic(clientId, clientSecret) },
      body: '{"grant_type":"client_credentials"}',
    }),
  );
  const reply = (await response.json()) as { readonly data: { readonly access_token: string } };
  return reply.data.access_token;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
