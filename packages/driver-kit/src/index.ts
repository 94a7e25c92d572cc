// What making a driver needs. Loaded with every driver, so nothing here is heavy.
export { acknowledgement } from "./acknowledgement.ts";
export { checkTransport, HTTP_OPTIONS, type HttpDriverOptions } from "./http-options.ts";
export { lazy } from "./lazy.ts";
export { lazyHandlers } from "./lazy-handlers.ts";
export { OptionsCheck } from "./options.ts";
export {
  createTransport,
  type HttpDispatcher,
  type HttpFailure,
  type HttpReply,
  type HttpRequest,
  type RequestPurpose,
  type Transport,
  type TransportOptions,
} from "./transport.ts";
