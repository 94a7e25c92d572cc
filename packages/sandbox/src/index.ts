export { createSandbox } from "./sandbox.ts";
export type {
  Attempt,
  Clock,
  LinkSummary,
  PayerOptions,
  Provider,
  RecordedDelivery,
  RecordedRequest,
  Sandbox,
  SandboxOptions,
} from "./types.ts";
