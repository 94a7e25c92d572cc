export { err, ok, Result, ResultAsync } from "neverthrow";
export * from "./capabilities.ts";
export { createPaymentLinks } from "./create-payment-links.ts";
export { mergeHistories } from "./derive-history.ts";
export type { Clock } from "./driver-contract.ts";
export * from "./errors.ts";
export type {
  AttemptRecord,
  DisputeRecord,
  Fact,
  FactName,
  HistoryConflict,
  HistoryRecord,
  HistoryStatus,
  PaymentLinkHistory,
  RefundRecord,
  Reported,
  Trust,
} from "./history.ts";
export type { HistoryId, LinkId } from "./identifiers.ts";
export type { Instant, InstantInput } from "./instant.ts";
export type { Money } from "./money.ts";
export { idr, money, parseMoney, sameMoney } from "./money.ts";
export type { StoppedLink } from "./operations/change.ts";
export type { CheckQuery, CreateCheck } from "./operations/check.ts";
export type { CallOptions, Instrument, OperationSpan } from "./operations/configuration.ts";
export type { HistoryPageRequest, Page, PageRequest, RecentHistoriesRequest } from "./operations/read.ts";
export { parsePaymentLink } from "./parse-payment-link.ts";
export { parsePaymentLinkHistory } from "./parse-payment-link-history.ts";
export type {
  LinkAmount,
  LinkCollect,
  LinkCustomer,
  LinkItem,
  LinkRedirect,
  LinkStatus,
  LinkUsage,
  LinkWarning,
  OpenAmount,
  PaymentLink,
} from "./payment-link.ts";
export type {
  Gateway,
  PaymentLinkOperations,
  PaymentLinks,
  PaymentLinksOptions,
  ProviderOptionsOf,
} from "./payment-links.ts";
export type { PaymentChannel, PaymentMethod, PaymentMethodKind, PaymentMethodOf } from "./payment-method.ts";
export { PAYMENT_METHOD_KINDS } from "./payment-method.ts";
export type { CreatePlan, PreparedCreate, PrepareOptions, ResumeOptions } from "./prepared-create.ts";
export type {
  CreatePaymentLink,
  LinkChanges,
  LinkItemRequest,
  OmittableField,
  OpenAmountRequest,
  PaymentMethodRequest,
} from "./request.ts";
export { requestFingerprint } from "./request-fingerprint.ts";
export type { RouteCondition, RouteRule } from "./route.ts";
export * from "./webhook.ts";
export type * from "./webhook-explanation.ts";
