import { auth } from "hono/utils/basic-auth";

/** Whether the request carries this user and password by HTTP Basic. */
export function hasBasicAuth(request: Request, user: string, password: string): boolean {
  const credentials = auth(request);
  return credentials?.username === user && credentials.password === password;
}

/** The header that carries them. */
export function basicAuth(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
