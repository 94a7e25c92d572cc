// The parts of simulators. Internal: it changes without a major version.

export { type ActionName, isNumber, isText, optionRules } from "../control/actions.ts";
export { basicAuth, hasBasicAuth } from "../http/basic-auth.ts";
export { limitBody } from "../http/guards.ts";
export {
  createInputReader,
  exactSum,
  type InputReader,
  isJsonObject,
  isProblems,
  isWebUrl,
  type JsonObject,
  type Problem,
  parseJsonObject,
} from "../http/input-reader.ts";
export { createProviderApp } from "../http/provider-app.ts";
export { type Currency, formatMoney } from "../money.ts";
export type { LocalText } from "../pages/language.ts";
export { CARD_LABEL, type MethodKind, type PayMethod, virtualAccountOf } from "../pages/method-kinds.ts";
export type { Instructions, PagePayment, PayPage, PayPageState } from "../pages/pay-page.ts";
export type { PaymentStatus } from "../pages/payment-status.ts";
export { mountPayPages } from "../pages/routes.ts";
export { allUses } from "../pages/use-count.ts";
export type { CallSimulator, ProviderDefinition, Tone, WebhookEvent } from "../provider.ts";
export { RUPIAH_CURRENCY, rupiah, rupiahWithin } from "../rupiah.ts";
export { showValue } from "../show-value.ts";
export {
  type PayableLink,
  type PayerChoice,
  type PayerDetails,
  RefusedAction,
  type Simulator,
  type SimulatorContext,
} from "../simulator.ts";
export type { Random } from "../state/random.ts";
export { type Collection, createCounter, createPersistedSet, type PersistedSet, type State } from "../state/store.ts";
export {
  compactJakartaDay,
  compactJakartaSecond,
  DAY_MS,
  HOUR_MS,
  isoJakarta,
  jakartaWallClock,
  MINUTE_MS,
  momentOf,
  momentOfIso,
  nextJakartaNoon,
  SECOND_MS,
  slashedJakartaDay,
  spelledOutJakarta,
} from "../time/times.ts";
export type { Clock, OtherPayment, Payment } from "../types.ts";
export type { OutgoingWebhook } from "../webhooks/post.ts";
export type { RetryPolicy } from "../webhooks/retries.ts";
export type { SignatureCheck, SignedDelivery, SigningTarget, Stamp } from "../webhooks/signing.ts";
export { bearerOf, requireAuth } from "./auth.ts";
export { readForm, readJson, sentencesOf, wholeNumberIn } from "./bodies.ts";
export { type CursorPage, pageByCursor } from "./cursor-page.ts";
export { type DueTask, dueTask, runByClock } from "./due-tasks.ts";
export { createErrors, type Errors } from "./errors.ts";
export { encodeForm, parseForm } from "./form.ts";
export {
  createKeyedReplies,
  type KeyedReplies,
  type KeyProblem,
  replayByKey,
  type StoredReply,
} from "./idempotency.ts";
export { mountLinkPages } from "./link-pages.ts";
export { createConvertedRecords, createRecords, type Records } from "./records.ts";
export { refuseOtherAmount, refuseUnless, refuseUnlessLeft, undocumentedActions } from "./refusals.ts";
export { COMMON_RETRIES, type RetrySchedule, retryPolicyOf } from "./retry-schedule.ts";
export { checkOf, type HashName, type HeaderSignature, hmacHex, signInHeader } from "./signatures.ts";
