export { createTestClock, type TestClock } from "./clock.ts";
export { FaultyNetwork } from "./network.ts";
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
export type {
  Fault,
  FaultTarget,
  FaultyNetworkOptions,
  NetworkFailure,
  NetworkReply,
  NetworkRequest,
  NetworkTransport,
  PendingRequest,
  ReplyFault,
  SilentFault,
} from "./traffic.ts";
