// For sending requests to a provider, and for reading what it sends.
export { unknownCursor } from "./cursor.ts";
export { basicAuthorization, hmacSha256Hex, hmacSha512Hex, sameHex, sha256Hex, sha512Hex } from "./digest.ts";
export * from "./http-failure.ts";
export type { PaceOptions } from "./http-types.ts";
export {
  isJsonContentType,
  type JsonObject,
  parseJsonObject,
  type ReadObject,
  readAllBy,
  readBy,
  readJsonArray,
  readJsonObject,
  readReply,
} from "./json.ts";
export { type KeyRules, withKeyedRepeats } from "./keyed.ts";
export { checkedByCore, type MinorUnitRules, type MinorUnits, minorUnits } from "./minor-units.ts";
export { withPace } from "./pace.ts";
export { pathSegment } from "./path-segment.ts";
export { pause } from "./pause.ts";
export * from "./provider-options.ts";
export * from "./read-values.ts";
export {
  isJsonObject,
  orUndefined,
  parseBy,
  REFUSED,
  type Reader,
  type ReaderOf,
  type Refused,
  readList,
  readObject,
  readRecord,
  type Schema,
  unlessAbsent,
  useRead,
} from "./reader.ts";
export { createRedactor, type Redactor, type RedactorOf, shownCode, shownTexts } from "./redact.ts";
export { withRetries } from "./retries.ts";
export { type ApiRequest, isSuccessStatus, type Send, type SendContext, senderOf, type WrittenBody } from "./send.ts";
export { type SensitiveSource, type SensitiveText, sensitiveTexts } from "./sensitive.ts";
export * from "./spell-json.ts";
export { fromEpochSeconds, jakartaTime, jakartaWallClock, parseTimestamp } from "./time.ts";
export { createTokenCache, type Token, type TokenCache, type TokenCacheOptions } from "./token-cache.ts";
export * from "./webhook-errors.ts";
