import { createHmac } from "node:crypto";

/** PROVIDER.md, Webhooks, read once more: the driver's own code must not check itself. */
export const signatureOf = (body: string, secret: string, atMs: number): string => {
  const seconds = Math.floor(atMs / 1000);
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
};
