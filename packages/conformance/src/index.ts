export { createTestClock, type TestClock } from "./clock.ts";
export {
  type Fault,
  type FaultTarget,
  FaultyNetwork,
  type FaultyNetworkOptions,
  type NetworkFailure,
  type NetworkReply,
  type NetworkRequest,
  type NetworkTransport,
  type PendingRequest,
  type ReplyFault,
  type SilentFault,
} from "./network.ts";
export {
  type ConformanceOptions,
  type ConformanceResult,
  checkConformance,
  describeConformance,
  groupNames,
  type TestFunctions,
} from "./run.ts";
export { SPELLINGS } from "./spellings.ts";
export type {
  Absent,
  Act,
  ActName,
  Acts,
  ConformanceSubject,
  Forgery,
  PayPage,
  RawWebhook,
  ReadBackField,
  Running,
  Skip,
} from "./subject.ts";
