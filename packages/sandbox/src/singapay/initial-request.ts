import { basicAuth, type CallSimulator, type JsonObject } from "../simulator-kit/index.ts";
import { SINGAPAY_CREDENTIALS } from "./credentials.ts";

/** The call that creates a link, with a token of its own. */
export const createRequest = async (body: JsonObject, baseUrl: string, call: CallSimulator): Promise<Request> => {
  const { accountId, apiKey } = SINGAPAY_CREDENTIALS;
  return new Request(`${baseUrl}/api/v1.0/payment-link-manage/${accountId}`, {
    method: "POST",
    headers: { "X-PARTNER-ID": apiKey, Authorization: `Bearer ${await token(baseUrl, call)}` },
    body: JSON.stringify(body),
  });
};

const token = async (baseUrl: string, call: CallSimulator): Promise<string> => {
  const { clientId, clientSecret, apiKey } = SINGAPAY_CREDENTIALS;
  const response = await call(
    new Request(`${baseUrl}/api/v1.0/access-token/b2b`, {
      method: "POST",
      headers: { "X-PARTNER-ID": apiKey, Authorization: basicAuth(clientId, clientSecret) },
      body: '{"grant_type":"client_credentials"}',
    }),
  );
  const reply = (await response.json()) as { readonly data: { readonly access_token: string } };
  return reply.data.access_token;
};
