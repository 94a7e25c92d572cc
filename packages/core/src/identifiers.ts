import { valueOr } from "./contained.ts";

/** The id of a link, under its gateway's key: `main:INV-001`. The part after the colon is percent-encoded. */
export type LinkId = `${string}:${string}`;

/** The id of a history, under its gateway's key: `main:INV-001-1767225600123`. */
export type HistoryId = `${string}:${string}`;

const GATEWAY_KEY = /^[a-z0-9][a-z0-9_-]{0,31}$/;

/** Whether a text can be a gateway's key: up to 32 of `a-z 0-9 _ -`, starting with a letter or digit. */
export const isGatewayKey = (text: string): boolean => GATEWAY_KEY.test(text);

/** Joins a gateway's key and the provider's own id. */
export const joinId = (gateway: string, providerId: string): `${string}:${string}` =>
  `${gateway}:${TO_ENCODE.test(providerId) ? encodeURIComponent(providerId.toWellFormed()) : providerId}`;

/** Most ids have no character that percent-encoding may change. */
const TO_ENCODE = /[^\w.~-]/;

/** Splits an id at its first colon; `undefined` if it has none or is not percent-encoded. */
export const splitId = (id: unknown): { readonly gateway: string; readonly providerId: string } | undefined => {
  if (typeof id !== "string") return undefined;
  const colon = id.indexOf(":");
  if (colon < 1 || colon === id.length - 1) return undefined;
  const encoded = id.slice(colon + 1);
  const providerId = encoded.includes("%") ? valueOr(() => decodeURIComponent(encoded), undefined) : encoded;
  return providerId === undefined ? undefined : { gateway: id.slice(0, colon), providerId };
};
