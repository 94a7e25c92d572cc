export { acknowledgement } from "./acknowledgement.ts";
export { basicAuthorization, type Digests, loadDigests } from "./digest.ts";
export { failureFromStatus, failureFromTransport } from "./http-failure.ts";
export {
  isJsonContentType,
  type JsonObject,
  numberAsWritten,
  parseJsonObject,
  readJsonObject,
  readReply,
} from "./json.ts";
export { once } from "./once.ts";
export { type HttpDriverOptions, OptionsCheck } from "./options.ts";
export { createRedactor, type Redactor } from "./redact.ts";
export { jakartaWallClock, parseTimestamp } from "./time.ts";
export { createTokenCache, type Token, type TokenCache, type TokenCacheOptions } from "./token-cache.ts";
export {
  createTransport,
  type HttpFailure,
  type HttpReply,
  type HttpRequest,
  type Transport,
  type TransportOptions,
  withRetries,
} from "./transport.ts";
