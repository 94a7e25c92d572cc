export type {
  ApiFaultName,
  FaultName,
  FaultParameter,
  FaultParameterName,
  WebhookFaultName,
} from "./chaos/faults.ts";
export type { FaultSetting } from "./chaos/rules.ts";
export { createSandbox } from "./create-sandbox.ts";
export type {
  ChaosRules,
  ChaosSettings,
  DefaultProvider,
  FaultDescription,
  FaultState,
  InitialLinks,
  LinkSummary,
  Payment,
  Provider,
  ProviderServers,
  RecordedDelivery,
  RecordedRequest,
  Sandbox,
  SandboxActions,
  SandboxOptions,
  SandboxRecord,
} from "./public-types.ts";
export type {
  Recording,
  RecordingEntry,
  RecordingMessage,
  RecordingRow,
  RecordingStep,
  RecordingValue,
} from "./replay/recording.ts";
export type {
  Clock,
  InitialLink,
  LinkOffer,
  Moment,
  OtherPayment,
  PayerOptions,
  PayOptions,
  RefundOptions,
  ResendOptions,
  SandboxClock,
} from "./types.ts";
