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
