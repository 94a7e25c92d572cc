import { createHmac, timingSafeEqual } from "node:crypto";

/** The row after which the next page begins: what it is sorted by. */
export type Position = readonly (string | number)[];

/**
 * The cursor of a position. It is sealed for its query, under the secret of its ledger, so that a damaged cursor and one of another
 * query or ledger are recognised instead of returning a wrong page.
 */
export const sealCursor = (secret: string, query: string, position: Position): string => {
  const content = JSON.stringify(position);
  return `${Buffer.from(content).toString("base64url")}.${sealOf(secret, query, content).toString("base64url")}`;
};

/** The position of a cursor; `undefined` if it is not one of this query of this ledger. */
export const openCursor = (secret: string, query: string, cursor: string): Position | undefined => {
  const [encoded = "", seal = "", ...more] = cursor.split(".");
  const content = Buffer.from(encoded, "base64url").toString();
  const expected = sealOf(secret, query, content);
  const given = Buffer.from(seal, "base64url");
  const isGenuine = more.length === 0 && given.length === expected.length && timingSafeEqual(given, expected);
  return isGenuine ? (JSON.parse(content) as Position) : undefined;
};

const SEAL_BYTES = 12;

const sealOf = (secret: string, query: string, content: string): Buffer =>
  createHmac("sha256", secret).update(`${query}\n${content}`).digest().subarray(0, SEAL_BYTES);
