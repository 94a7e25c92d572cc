// For creating a driver.
export { acknowledgement, textAcknowledgement } from "./acknowledgement.ts";
export { EVERY_OPERATION } from "./every-operation.ts";
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
export { lazy } from "./lazy.ts";
export { OptionsCheck } from "./options.ts";
export { createTransport } from "./transport.ts";
