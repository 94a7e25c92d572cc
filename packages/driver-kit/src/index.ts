// For creating a driver. Loaded with every driver, so it must stay small.
export { acknowledgement, textAcknowledgement } from "./acknowledgement.ts";
export { checkTransport, HTTP_OPTIONS, type HttpDriverOptions } from "./http-options.ts";
export type {
  HttpDispatcher,
  HttpFailure,
  HttpReply,
  HttpRequest,
  RequestPurpose,
  Transport,
  TransportOptions,
} from "./http-types.ts";
export { type Lazy, lazy, whenLoaded } from "./lazy.ts";
export { EVERY_OPERATION, lazyHandlers, lazyMethods } from "./lazy-handlers.ts";
export { OptionsCheck } from "./options.ts";
export { createTransport } from "./transport.ts";
