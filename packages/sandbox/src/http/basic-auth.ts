import { auth } from "hono/utils/basic-auth";

/** Whether the request carries this user and password by HTTP Basic. */
export const hasBasicAuth = (request: Request, user: string, password: string): boolean => {
  const credentials = auth(request);
  return credentials?.username === user && credentials.password === password;
};

/** The header that carries them. */
export const basicAuth = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
