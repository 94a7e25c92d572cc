export type { WebhookHandler } from "./handler.ts";
export { createWebhookHandler } from "./handler.ts";
export type { WebhookHandlerOptions } from "./options.ts";
export type { OnProblem, WebhookProblem } from "./problem.ts";
export type {
  EventHandler,
  EventReceiver,
  LedgerReceiver,
  ReceiverError,
  ReceivingLedger,
  WebhookReceiver,
} from "./receiver.ts";
export type { ConfirmReturn, ReturnRequest } from "./return/handler.ts";
export { createReturnHandler } from "./return/handler.ts";
export type {
  PaymentMark,
  PaymentReturn,
  ReturnError,
  ReturnedLink,
  ReturnedPayment,
  ReturnHandlerOptions,
  ReturnLedger,
  ReturnLedgerError,
  ReturnLinks,
  ReturnRefusedError,
  ReturnSource,
  ReturnStatus,
} from "./return/types.ts";
