export type { ChaosDials, ChaosSettings, FaultSetting, FaultState } from "./chaos.ts";
export type {
  ApiFaultName,
  FaultDescription,
  FaultName,
  FaultParameter,
  FaultParameterName,
  WebhookFaultName,
} from "./faults.ts";
export { createSandbox } from "./sandbox.ts";
export type {
  Attempt,
  Clock,
  LinkSummary,
  Moment,
  OtherPayment,
  PayerOptions,
  PayOptions,
  Provider,
  ProviderServers,
  RecordedDelivery,
  RecordedRequest,
  RefundOptions,
  ResendOptions,
  Sandbox,
  SandboxActions,
  SandboxClock,
  SandboxOptions,
  StartingLink,
  StartingLinks,
} from "./types.ts";
