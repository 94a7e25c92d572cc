// The entry point for authors of drivers and stores: the driver contract, records, merging, and constructors of errors.
export { compareDecimals, sumDecimals, sumMoney, timesInteger } from "./arithmetic.ts";
export { mayRepeatUnderKey } from "./create-key.ts";
export { deriveHistory } from "./derive-history.ts";
export type {
  AnyDriver,
  CallContext,
  ChangeInput,
  ConfirmSubject,
  CreateInput,
  DescribedField,
  Driver,
  DriverDelivery,
  DriverError,
  DriverHandlers,
  DriverHistory,
  DriverLink,
  DriverLinkCandidate,
  DriverObservation,
  DriverPage,
  DriverWebhookError,
  HandlersOf,
  HistoryPageInput,
  LinkPreview,
  PageInput,
  ParsedWebhook,
  ProviderEnvironment,
  SupportingHandlers,
  WebhookAcknowledgements,
  WebhookFacts,
} from "./driver-contract.ts";
export type { HistoryReport } from "./history-record.ts";
export { factsAt, historyRecord, mergeRecords, withIdentity } from "./history-record.ts";
export { historyStatus, statusIsPaid, statusTakesUse } from "./history-status.ts";
export { joinId, splitId } from "./identifiers.ts";
export { epochMsOf, type InstantForm, instantAt, readInstant, toInstant } from "./instant.ts";
export type { LinkStatusInput, ProviderLinkState } from "./link-status.ts";
export { linkStatus, statusAcceptsPayments } from "./link-status.ts";
export { canonicalDecimal } from "./money.ts";
export { omitUndefined } from "./omit-undefined.ts";
export type { DriverErrorDetails } from "./operations/driver-error.ts";
export { driverError, invalidRequest } from "./operations/driver-error.ts";
export { mayTryNext } from "./operations/route.ts";
export { parseHistoryRecord } from "./parse-history-record.ts";
export { coversMethod, describeMethod, PAYMENT_CHANNELS } from "./payment-method.ts";
export type * from "./webhook-samples.ts";
